import { existsSync } from "node:fs";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";

/**
 * The default DuckDB file of earlier versions. DuckDB names a database after its file, and this file shares its name with the
 * schema of the marts: `intercom.conversations` is ambiguous in it.
 */
const formerPath = "data/intercom.duckdb";

/**
 * Errors: ConfigError when the warehouse is still in the former default file and DUCKDB_PATH does not say that this is meant.
 * Going on would begin a second warehouse beside the first, and fetch all of Intercom again.
 */
export function refuseFormerFile(config: Pick<Config, "warehouse" | "duckdbPath" | "isDuckdbPathDefault">): void {
  const { warehouse, duckdbPath, isDuckdbPathDefault } = config;
  if (warehouse !== "duckdb" || !isDuckdbPathDefault) return;
  if (existsSync(duckdbPath) || !existsSync(formerPath)) return;
  const logToo = existsSync(`${formerPath}.wal`) ? ` && mv ${formerPath}.wal ${duckdbPath}.wal` : "";
  throw new ConfigError(
    `Your warehouse is in ${formerPath}, and the default file is ${duckdbPath} now: run \`mv ${formerPath} ${duckdbPath}${logToo}\` and \`make build\`, or set DUCKDB_PATH=${formerPath}.`,
  );
}
