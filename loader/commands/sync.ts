import { type Command, Option } from "commander";
import { readAccessToken, readPrivacy, readSecrets } from "../config.ts";
import { streamNames, streamOf } from "../extract/streams.ts";
import type { Archive } from "../load/archive/archive.ts";
import { withoutSecrets } from "../secrets.ts";
import { readSyncOptions, syncDefaults } from "../sync/options.ts";
import type { Pulse, StreamProgress } from "../sync/progress.ts";
import type { RunSummary } from "../sync/summary.ts";
import { optional, withEnvironment } from "./help.ts";
import { interruptSignal } from "./interrupt.ts";
import { loggingEffects, progressTerminal } from "./log.ts";
import { print } from "./print.ts";
import { type RunNotes, recorded } from "./recorded.ts";
import { startWriting } from "./start.ts";
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
    .addOption(
      optional(
        "--pii-mode <mode>",
        "store names and e-mail addresses `full`, `pseudonymous`, or `none` of them (docs/privacy.md)",
        "PII_MODE",
      ),
    )
    .addOption(
      optional("--body-mode <mode>", "store what people write `full`, `scrubbed`, or `none` of it", "BODY_MODE"),
    )
    .option("--json", "print the summary as JSON")
    .action(run);
  withEnvironment(command, "intercom", "privacy", "warehouse", "bigQuery");
}

function streamsOf(isOnDemand: boolean): string {
  return streamNames.filter((name) => (streamOf(name).isOnDemand === true) === isOnDemand).join(", ");
}

async function run({ json, archive: directory, piiMode, bodyMode, ...flags }: Flags, command: Command): Promise<void> {
  const config = readWarehouseConfig();
  const options = readSyncOptions(flags);
  const accessToken = readAccessToken();
  const privacy = readPrivacy({ piiMode: textOf(piiMode), bodyMode: textOf(bodyMode) });
  await startWriting(config, directory === undefined ? undefined : String(directory));
  const effects = loggingEffects();
  const recording = { command: "sync", commandLine: command, config, effects } as const;
  process.exitCode = await recorded(recording, async (notes) => {
    const [{ sync }, { drawProgress, Progress }, { exitCodeOf, summaryJson, summaryTable }, { keepLastRun }] =
      await Promise.all([
        import("../sync.ts"),
        import("../sync/progress.ts"),
        import("../sync/summary.ts"),
        import("../sync/last-run.ts"),
      ]);
    const archive = await openArchive(directory);
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
      privacy,
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
    note(notes, summary);
    const secrets = readSecrets();
    const safe = (text: string): string => withoutSecrets(text, secrets);
    if (summary.workspaceId !== "") await keepLastRun(config.stateDirectory, summary, effects.now(), safe);
    print(safe(json === true ? summaryJson(summary) : summaryTable(summary, config.rawDataset)));
    if (summary.error !== undefined) throw summary.error;
    return exitCodeOf(summary);
  });
}

/** What `_runs` says of a sync. */
function note(notes: RunNotes, { runId, workspaceId, streams, requests }: RunSummary): void {
  const sum = (countOf: (stream: StreamProgress) => number): number =>
    [...streams.values()].reduce((total, stream) => total + countOf(stream), 0);
  notes.runId = runId;
  notes.workspaceId = workspaceId === "" ? undefined : workspaceId;
  notes.rows = sum(({ stored }) => stored);
  notes.rejected = sum(({ rejected }) => rejected);
  notes.requests = requests;
}

function textOf(flag: unknown): string | undefined {
  return flag === undefined ? undefined : String(flag);
}

/** Errors: ConfigError and WarehouseError when nothing can be written there: before anything is requested. */
async function openArchive(directory: unknown): Promise<Archive | undefined> {
  if (directory === undefined) return undefined;
  const { Archive } = await import("../load/archive/archive.ts");
  return Archive.open(String(directory));
}
