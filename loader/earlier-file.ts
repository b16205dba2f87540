import { existsSync } from "node:fs";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";

/**
 * The default DuckDB file of earlier versions. DuckDB names a database after its file, and this file shares its name with the
 * schema of the marts: `intercom.conversations` is ambiguous in it.
 */
const earlierPath = "data/intercom.duckdb";

/**
 * Errors: ConfigError when the warehouse is still in the default file of earlier versions, and DUCKDB_PATH is not set.
 * A run that went on would begin a second warehouse beside the first, and fetch everything again.
 */
export function refuseEarlierFile(config: Pick<Config, "warehouse" | "duckdbPath" | "isDuckdbPathDefault">): void {
  const { warehouse, duckdbPath, isDuckdbPathDefault } = config;
  if (warehouse !== "duckdb" || !isDuckdbPathDefault) return;
  if (existsSync(duckdbPath) || !existsSync(earlierPath)) return;
  const logToo = existsSync(`${earlierPath}.wal`) ? ` && mv ${earlierPath}.wal ${duckdbPath}.wal` : "";
  throw new ConfigError(
    `Your warehouse is in ${earlierPath}, and the default file is ${duckdbPath} now: run \`mv ${earlierPath} ${duckdbPath}${logToo}\` and \`make build\`, or set DUCKDB_PATH=${earlierPath}.`,
  );
}
