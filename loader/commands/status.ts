import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import type { StreamStatus } from "../load/warehouse.ts";
import { readLastRun } from "../sync/last-run.ts";
import { statusJson, statusText } from "../sync/status.ts";
import { withEnvironment } from "./help.ts";
import { quietEffects } from "./log.ts";
import { print } from "./print.ts";
import { readWarehouseConfig } from "./warehouse.ts";

export function addStatusCommand(program: Command): void {
  const command = program
    .command("status")
    .description("Show how up to date each stream is.")
    .option("--json", "print JSON")
    .action(run);
  withEnvironment(command, "warehouse", "bigQuery");
}

async function run(flags: { readonly json?: boolean }): Promise<void> {
  const config = readWarehouseConfig();
  const effects = quietEffects();
  const streams = await readStreams(config, effects);
  const lastRun = await readLastRun(config.stateDirectory);
  const text = flags.json === true ? statusJson(streams, lastRun) : statusText(streams, lastRun, effects.now() / 1000);
  print(text);
}

/**
 * The status of each stream; none before the first sync. The warehouse is only read: nothing is made in it, and you need no
 * permission to write it. Errors: ConfigError when a run holds the file; WarehouseError.
 */
async function readStreams(config: Config, effects: Effects): Promise<readonly StreamStatus[]> {
  const { rawDataset, stateDirectory } = config;
  if (config.warehouse === "bigquery") {
    const { readBigQueryStatus } = await import("../load/bigquery/status.ts");
    return readBigQueryStatus({ connection: config.bigQuery, rawDataset, effects });
  }
  const { readDuckDbStatus } = await import("../load/duckdb/status.ts");
  return readDuckDbStatus({ path: config.duckdbPath, rawDataset, stateDirectory });
}
