import { type Command, Option } from "commander";
import { readAccessToken } from "../config.ts";
import { streamNames, streamOf } from "../extract/streams.ts";
import type { Archive } from "../load/archive/archive.ts";
import { readSyncOptions, syncDefaults } from "../sync/options.ts";
import type { Pulse } from "../sync/progress.ts";
import { optional, withEnvironment } from "./help.ts";
import { interruptSignal } from "./interrupt.ts";
import { loggingEffects, progressTerminal } from "./log.ts";
import { print } from "./print.ts";
import { openWarehouse, readWarehouseConfig } from "./warehouse.ts";

type Flags = Readonly<Record<string, unknown>>;

export function addSyncCommand(program: Command): void {
  const command = program
    .command("sync")
    .description("Fetch what has changed since the last run.")
    .addOption(
      optional(
        "--streams <names>",
        `only these streams, separated by commas. By default: ${streamsOf(false)}; on demand only: ${streamsOf(true)}`,
        "all but those on demand",
      ),
    )
    .addOption(
      optional(
        "--since <time>",
        "start a back-fill at this time",
        "where the last run ended; the first run fetches everything",
      ),
    )
    .addOption(optional("--until <time>", "end the back-fill at this time, inclusive", "now"))
    .option(
      "--search-again",
      "also search the times that earlier runs have covered, for changes that leave `updated_at` alone, as late results of QA",
    )
    .addOption(optional("--state <state>", "only conversations that are open, closed or snoozed", "all"))
    .addOption(optional("--tag <name or id>", "only conversations with this tag", "all"))
    .addOption(optional("--teammate <email or id>", "only conversations that this teammate took part in", "all"))
    .addOption(optional("--contact <email or id>", "only conversations of this contact", "all"))
    .option("--list", "read the list of conversations instead of searching: slower, for workspaces without the search")
    .option(
      "--rate-share <share>",
      "the part of the rate limit to use, above 0 and up to 1",
      String(syncDefaults.rateShare),
    )
    .option("--concurrency <number>", "open requests at once, 1 to 200", String(syncDefaults.concurrency))
    .addOption(
      new Option(
        "--overlap-seconds <seconds>",
        "search again from this long before the last run's start, because updates may reach the search late",
      ).default(String(syncDefaults.overlapSeconds)),
    )
    .option("--with-ip-addresses", "keep the IP addresses in activity_logs")
    .addOption(
      optional(
        "--archive <folder>",
        "also keep what is loaded in this folder, or bucket mount, for `replay` (docs/archive.md)",
        "no archive",
      ),
    )
    .option("--json", "print the summary as JSON")
    .action(run);
  withEnvironment(command, "intercom", "warehouse", "bigQuery");
}

function streamsOf(isOnDemand: boolean): string {
  return streamNames.filter((name) => (streamOf(name).isOnDemand === true) === isOnDemand).join(", ");
}

async function run({ json, archive: directory, ...flags }: Flags): Promise<void> {
  const config = readWarehouseConfig();
  const options = readSyncOptions(flags);
  const accessToken = readAccessToken();
  const [{ sync }, { drawProgress, Progress }, { exitCodeOf, summaryJson, summaryTable }, { keepLastRun }] =
    await Promise.all([
      import("../sync.ts"),
      import("../sync/progress.ts"),
      import("../sync/summary.ts"),
      import("../sync/last-run.ts"),
    ]);
  const archive = await openArchive(directory);
  const effects = loggingEffects();
  const progress = new Progress();
  const signal = interruptSignal();
  const terminal = progressTerminal();
  let pulse: () => Pulse = () => ({ requests: 0, shareUsed: undefined });
  const stopDrawing =
    terminal === undefined ? () => undefined : await drawProgress(progress, () => pulse(), terminal, effects.now);
  const summary = await sync({
    config,
    accessToken,
    options,
    effects,
    progress,
    openWarehouse: () => openWarehouse(config, effects, (stream) => progress.rejected(stream)),
    archive,
    signal,
    onPulse: (ask) => {
      pulse = ask;
    },
  });
  stopDrawing();
  if (summary.workspaceId !== "") await keepLastRun(config.stateDirectory, summary, effects.now());
  print(json === true ? summaryJson(summary) : summaryTable(summary, config.rawDataset));
  if (summary.error !== undefined) throw summary.error;
  process.exitCode = exitCodeOf(summary);
}

/** Errors: ConfigError and WarehouseError when nothing can be written there: before anything is requested. */
async function openArchive(directory: unknown): Promise<Archive | undefined> {
  if (directory === undefined) return undefined;
  const { Archive } = await import("../load/archive/archive.ts");
  return Archive.open(String(directory));
}
