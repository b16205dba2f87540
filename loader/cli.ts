import { Command, CommanderError } from "commander";
import { addActivateCommand } from "./commands/activate.ts";
import { addPurgeCommand } from "./commands/purge.ts";
import { readStreams, statusText } from "./commands/status.ts";
import { type Config, readAccessToken, readConfig, readDbtCommand, readSecrets } from "./config.ts";
import { stacksOf, withoutSecrets } from "./debug.ts";
import { type Effects, jsonLinesLog, realEffects } from "./effects.ts";
import { exitCodes, FatalError, InterruptedError, messageOf, systemCodeOf } from "./errors.ts";
import { exportFormats, type NormalizedRow, readExportFormat, writeRows } from "./export.ts";
import { readMoment } from "./flags.ts";
import { readNormalizedRows } from "./load/duckdb/marts.ts";
import { DuckDbWarehouse } from "./load/duckdb/warehouse.ts";
import type { Warehouse } from "./load/warehouse.ts";
import { flushed, outputFailed, watchStandardStreams } from "./standard-streams.ts";
import { keepLastRun, readLastRun } from "./sync/last-run.ts";
import { readSyncOptions, streamNames } from "./sync/options.ts";
import { drawProgress, Progress, type Pulse } from "./sync/progress.ts";
import { exitCodeOf, summaryJson, summaryTable } from "./sync/summary.ts";
import { sync } from "./sync.ts";

const environmentHelp = `
Environment (a value in brackets is the default):
  INTERCOM_ACCESS_TOKEN  access token of the workspace
  INTERCOM_REGION        us, eu or au [us]
  INTERCOM_BASE_URL      overrides the region's host
  WAREHOUSE              duckdb or bigquery [duckdb]
  DUCKDB_PATH            the DuckDB file [data/intercom.duckdb]
  RAW_DATASET            schema of the raw tables [intercom_raw]
  MARTS_DATASET          schema of the marts [intercom]
  STATE_DIR              folder of spool files while a run lasts [data]
  BIGQUERY_PROJECT       project of the datasets and of the bill
  BIGQUERY_LOCATION      region, EU or US where datasets are made [where they are, else US]
  BIGQUERY_IMPERSONATE   service account to act as
  BIGQUERY_MAXIMUM_BYTES_BILLED  a query that would read more is refused [107374182400]
  BIGQUERY_EMULATOR_HOST URL of an emulator
  HTTPS_PROXY, HTTP_PROXY  HTTP proxy on the way to Intercom, the destinations and BigQuery
  NO_PROXY               hosts that are reached without it, separated by commas: example.com, *.example.com, 10.0.0.0/8
  POSTHOG_HOST           where PostHog takes events [https://us.i.posthog.com]
  POSTHOG_API_KEY        the project's API key
  ATTIO_BASE_URL         where Attio's API is [https://api.attio.com]
  ATTIO_API_KEY          key of the Attio workspace
Instead of INTERCOM_ACCESS_TOKEN, POSTHOG_API_KEY and ATTIO_API_KEY the same name with _FILE may be set:
the path of a file that has the secret (INTERCOM_ACCESS_TOKEN_FILE=/run/secrets/intercom).

Exit codes: 0 done; 2 wrong configuration or usage; 3 Intercom (or the destination) refused the token or a scope;
4 Intercom (or the destination) is unavailable;
5 the warehouse or the disk refused; 6 done, but some records were rejected; 130 interrupted.`;

const program = new Command("loader")
  .description("Intercom conversations into a warehouse, each exactly once.")
  .option(
    "--debug",
    "when a command fails, print the stack of the error and of its causes; may stand behind the command too",
  )
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(`loader: ${text.replace(/^error: /, "")}`) });

program
  .command("sync")
  .description("Bring what has changed in Intercom since the last run.")
  .option("--streams <names>", `only these, separated by commas (default: all): ${streamNames.join(", ")}`)
  .option(
    "--since <time>",
    "begin a back-fill here; without it a run begins where the last one ended (default: everything)",
  )
  .option("--until <time>", "end the back-fill here, inclusive (default: now)")
  .option("--state <state>", "only conversations that are open, closed or snoozed")
  .option("--tag <name or id>", "only conversations with this tag")
  .option("--teammate <email or id>", "only conversations that this teammate took part in")
  .option("--contact <email or id>", "only conversations of this contact")
  .option(
    "--list",
    "read GET /conversations instead of searching: slower, for workspaces whose search is not available",
  )
  .option("--rate-share <share>", "the part of the rate limit to use, above 0 and up to 1", "1")
  .option("--concurrency <number>", "requests under way at once", "64")
  .option(
    "--overlap-seconds <seconds>",
    "look again this far behind the last run's start, for updates that reach the search late",
    "3600",
  )
  .option("--json", "print the summary as JSON")
  .addHelpText("after", environmentHelp)
  .action(async (flags: Record<string, unknown>) => {
    const { json, ...syncFlags } = flags;
    await runSync(syncFlags, json === true);
  });

program
  .command("export")
  .description("Stream the conversations mart to standard output, one normalized row per conversation.")
  .option("--format <format>", exportFormats.join(" or "), "ndjson")
  .option("--since <time>", "only conversations that changed since (default: all)")
  .addHelpText("after", environmentHelp)
  .action(async (flags: { format: string; since?: string }) => {
    const config = readConfig();
    const format = readExportFormat(flags.format);
    const since = flags.since === undefined ? undefined : readMoment("--since", flags.since);
    await writeRows(await normalizedRows(config, since), format, process.stdout);
  });

program
  .command("status")
  .description("Say for each stream how far it has come.")
  .option("--json", "print JSON")
  .addHelpText("after", environmentHelp)
  .action(async (flags: { json?: boolean }) => {
    const config = readConfig();
    const effects = realEffects(() => undefined);
    const streams = await readStreams(config, effects);
    const lastRun = await readLastRun(config.stateDirectory);
    const text =
      flags.json === true
        ? JSON.stringify({ streams, last_run: lastRun ?? null })
        : statusText(streams, lastRun, effects.now() / 1000);
    process.stdout.write(`${text}\n`);
  });

program
  .command("doctor")
  .description("Look at everything that a sync and a build need, and say what to do where something is amiss.")
  .option("--json", "print JSON")
  .addHelpText("after", environmentHelp)
  .action(async (flags: { json?: boolean }) => {
    const { checkLine, checksJson, examine, exitCodeOfChecks } = await import("./doctor/doctor.ts");
    const effects = realEffects(() => undefined);
    const checks = [];
    for await (const check of examine({ config: readConfig(), readAccessToken, dbt: readDbtCommand(), effects })) {
      checks.push(check);
      if (flags.json !== true) process.stdout.write(`${checkLine(check)}\n`);
      if (check.error !== undefined) debug(check.error);
    }
    if (flags.json === true) process.stdout.write(`${checksJson(checks)}\n`);
    process.exitCode = exitCodeOfChecks(checks);
  });

addActivateCommand(program, environmentHelp, interruptSignal);
addPurgeCommand(program, environmentHelp, interruptSignal);

async function runSync(flags: Record<string, unknown>, isJson: boolean): Promise<void> {
  const config = readConfig();
  const options = readSyncOptions(flags);
  const accessToken = readAccessToken();
  const isTerminal = process.stderr.isTTY === true;
  const effects = realEffects(
    isTerminal ? () => undefined : jsonLinesLog((line) => process.stderr.write(line), Date.now),
  );
  const progress = new Progress();
  const interrupt = interruptSignal();
  let pulse: () => Pulse = () => ({ requests: 0, shareUsed: undefined });
  const stopDrawing = isTerminal
    ? await drawProgress(progress, () => pulse(), process.stderr, effects.now)
    : () => undefined;
  const summary = await sync({
    config,
    accessToken,
    options,
    effects,
    progress,
    openWarehouse: () => openWarehouse(config, effects, progress),
    signal: interrupt,
    onPulse: (ask) => {
      pulse = ask;
    },
  });
  stopDrawing();
  if (summary.workspaceId !== "") await keepLastRun(config.stateDirectory, summary, effects.now());
  process.stdout.write(`${isJson ? summaryJson(summary) : summaryTable(summary)}\n`);
  if (summary.error !== undefined) throw summary.error;
  process.exitCode = exitCodeOf(summary);
}

/** BigQuery's client is loaded only where it is needed: it would take more memory than the rest of the loader. */
async function openWarehouse(config: Config, effects: Effects, progress?: Progress): Promise<Warehouse> {
  const { rawDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb")
    return DuckDbWarehouse.open({ path: config.duckdbPath, rawDataset, stateDirectory });
  const { BigQueryWarehouse } = await import("./load/bigquery/warehouse.ts");
  return BigQueryWarehouse.open({
    connection: config.bigQuery,
    rawDataset,
    stateDirectory,
    effects,
    onRefused: (stream) => progress?.rejected(stream),
  });
}

async function normalizedRows(config: Config, since: number | undefined): Promise<AsyncIterable<NormalizedRow>> {
  const { martsDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb")
    return readNormalizedRows({ path: config.duckdbPath, martsDataset, stateDirectory }, since);
  const { readBigQueryRows } = await import("./load/bigquery/marts.ts");
  return readBigQueryRows({ connection: config.bigQuery, martsDataset }, since);
}

/** Fires at the first SIGINT or SIGTERM; the second ends the process at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(
      new InterruptedError(`Interrupted by ${name}: what was loaded stays; the next run goes on from there.`),
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return controller.signal;
}

/** An error of ours is one sentence; anything else is a fault in this program, and says so. `--debug` adds the stack. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  process.stderr.write(`loader: ${withoutSecrets(sentenceOf(error), readSecrets())}\n`);
  debug(error);
  return error instanceof FatalError ? error.exitCode : exitCodes.warehouse;
}

function debug(error: unknown): void {
  if (program.opts()["debug"] === true) process.stderr.write(`${stacksOf(error, readSecrets())}\n`);
}

function sentenceOf(error: unknown): string {
  if (error instanceof FatalError) return error.message;
  const code = systemCodeOf(error);
  const name = error instanceof Error ? error.name : "error";
  const suffix = code === undefined ? "" : ` (${code})`;
  return `unexpected ${name}: ${messageOf(error)}${suffix}. Please report it, with what --debug prints.`;
}

/** Ends the process once its output is out. A reader who has gone changes no exit code; a full disk does. */
async function end(exitCode: number): Promise<void> {
  await flushed(process.stdout);
  const failure = standardStreams.failure();
  const isGood = exitCode === exitCodes.done || exitCode === exitCodes.rejected;
  const lastCode = failure !== undefined && isGood ? report(outputFailed(failure)) : exitCode;
  await flushed(process.stderr);
  process.exit(lastCode);
}

const standardStreams = watchStandardStreams(process.stdout, process.stderr);
process.on("uncaughtException", (error) => void end(report(error)));
program.parseAsync().then(
  () => end(Number(process.exitCode ?? exitCodes.done)),
  (error: unknown) => end(report(error)),
);
