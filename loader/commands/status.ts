import type { Command } from "commander";
import type { Config } from "../config.ts";
import type { Effects } from "../effects.ts";
import { ConfigError, exitCodes } from "../errors.ts";
import type { AlarmFacts, AlarmQuestion } from "../load/alarm-facts.ts";
import type { StreamStatus } from "../load/warehouse.ts";
import { alarmLines, alarmNames, alarmsJson, alarmsOf, readWatch, runDaysMax, type Watch } from "../sync/alarms.ts";
import { readLastRun } from "../sync/last-run.ts";
import { statusJson, statusText } from "../sync/status.ts";
import { optional, withEnvironment } from "./help.ts";
import { quietEffects } from "./log.ts";
import { print } from "./print.ts";
import { readWarehouseConfig } from "./warehouse.ts";

type Flags = {
  readonly maxAge?: string;
  readonly streams?: string;
  readonly ignore?: string;
  readonly json?: boolean;
};

export function addStatusCommand(program: Command): void {
  const command = program
    .command("status")
    .description("Show how up to date each stream is; with --max-age, end with 7 when something needs you.")
    .addOption(
      optional(
        "--max-age <hours>",
        "end with 7 when a stream or the build is older than this, the last run failed, or records were rejected in this time",
        "no alarms",
      ),
    )
    .addOption(
      optional(
        "--streams <names>",
        "with --max-age: watch these streams, separated by commas",
        "all but those on demand",
      ),
    )
    .addOption(optional("--ignore <alarms>", `with --max-age: leave out some of ${alarmNames.join(", ")}`, "none"))
    .option("--json", "print JSON")
    .action(run);
  withEnvironment(command, "warehouse", "bigQuery");
}

/** Errors: ConfigError; WarehouseError. An alarm is no error: the exit code says so, and standard output says which. */
async function run(flags: Flags): Promise<void> {
  const { maxAge } = flags;
  if (maxAge === undefined && (flags.streams !== undefined || flags.ignore !== undefined))
    throw new ConfigError("--streams and --ignore say what --max-age watches: add --max-age <hours>.");
  const watch = maxAge === undefined ? undefined : readWatch({ ...flags, maxAge });
  const config = readWarehouseConfig();
  const effects = quietEffects();
  const streams = await readStreams(config, effects);
  const lastRun = await readLastRun(config.stateDirectory);
  const nowSeconds = effects.now() / 1000;
  const alarms =
    watch === undefined
      ? undefined
      : alarmsOf(watch, streams, await readFacts(config, effects, streams, watch, nowSeconds), nowSeconds);
  const text =
    flags.json === true
      ? statusJson(streams, lastRun, alarms === undefined ? {} : { alarms: alarmsJson(alarms) })
      : [statusText(streams, lastRun, nowSeconds), ...(alarms === undefined ? [] : alarmLines(alarms))].join("\n");
  print(text);
  if (alarms !== undefined && alarms.length > 0) process.exitCode = exitCodes.alarm;
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

/** What the alarms look at beside the streams; undefined before the first sync. Errors: as `readStreams`. */
async function readFacts(
  config: Config,
  effects: Effects,
  streams: readonly StreamStatus[],
  { maxAgeHours, ignored }: Watch,
  nowSeconds: number,
): Promise<AlarmFacts | undefined> {
  const { rawDataset, martsDataset, stateDirectory } = config;
  const question: AlarmQuestion = {
    martsDataset,
    rejectedSince: Math.floor(nowSeconds - maxAgeHours * 3600),
    runsSince: Math.floor(nowSeconds - runDaysMax * 86_400),
    isAskingForBuild: !ignored.has("build_stale"),
  };
  if (config.warehouse === "duckdb") {
    const { readDuckDbFacts } = await import("../load/duckdb/status.ts");
    return readDuckDbFacts({ path: config.duckdbPath, rawDataset, stateDirectory }, question);
  }
  if (streams.length === 0) return undefined;
  const { readBigQueryFacts } = await import("../load/bigquery/runs.ts");
  return readBigQueryFacts({ connection: config.bigQuery, rawDataset, effects }, question);
}
