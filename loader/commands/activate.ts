import type { Command } from "commander";
import type { Outbox } from "../activate/outbox.ts";
import type { OutboxStore } from "../activate/outbox-store.ts";
import { type Config, readAttioSettings, readPostHogSettings } from "../config.ts";
import type { Effects } from "../effects.ts";
import { ConfigError } from "../errors.ts";
import { readMoment, readWholeNumber } from "../flags.ts";
import { newRunId } from "../run-id.ts";
import { optional, withEnvironment } from "./help.ts";
import { interruptSignal } from "./interrupt.ts";
import { loggingEffects, progressTerminal } from "./log.ts";
import { print } from "./print.ts";
import { type RunNotes, recorded } from "./recorded.ts";
import { startWriting } from "./start.ts";
import { readWarehouseConfig } from "./warehouse.ts";

type Flags = Readonly<Record<string, unknown>>;

/** `activate posthog` and `activate attio`. */
export function addActivateCommand(program: Command): void {
  const activate = program
    .command("activate")
    .description("Send each closed ticket to PostHog or Attio, exactly once (docs/activation.md).");
  const posthog = withCommonFlags(activate.command("posthog"))
    .description("Send the event support_ticket_closed for each closed ticket.")
    .option("--no-person-profiles", "create no person profiles; PostHog then gets no companies (groups) either")
    .option(
      "--send-again",
      "also send tickets that were sent before: PostHog keeps one event of each (docs/activation.md)",
    )
    .action((flags: Flags, command: Command) => run("posthog", flags, command));
  const attio = withCommonFlags(activate.command("attio"))
    .description("Write a record for each closed ticket, linked to the person and the company.")
    .option("--as <kind>", "activity, record (of a custom object) or note (on the person)", "activity")
    .option("--setup", "print what the workspace lacks for --as, and create it; with --dry-run only print it")
    .option("--create-people", "create missing people in Attio, by email")
    .option("--writes-per-second <number>", "Attio takes 25; fewer leave room for other apps", "25")
    .action((flags: Flags, command: Command) => run("attio", flags, command));
  withEnvironment(posthog, "warehouse", "bigQuery", "postHog");
  withEnvironment(attio, "warehouse", "bigQuery", "attio");
}

function withCommonFlags(command: Command): Command {
  return command
    .option("--dry-run", "send nothing; print how many tickets would be sent, and the first of them")
    .addOption(optional("--since <time>", "only tickets closed since this time", "all"))
    .addOption(optional("--limit <number>", "send at most this many tickets", "all"))
    .option("--retry-rejected", "send rejected tickets again, although they have not changed")
    .option("--json", "print the summary as JSON");
}

async function run(name: "posthog" | "attio", flags: Flags, command: Command): Promise<void> {
  const { activate } = await import("../activate/activate.ts");
  const config = readWarehouseConfig();
  const options = {
    isDryRun: flags["dryRun"] === true,
    isRetrying: flags["retryRejected"] === true,
    isSendingAgain: flags["sendAgain"] === true,
    since: readSince(flags["since"]),
    limit: flags["limit"] === undefined ? undefined : readWholeNumber("--limit", flags["limit"]),
    isJson: flags["json"] === true,
  };
  const destination =
    name === "posthog"
      ? { name, settings: readPostHogSettings(), hasPersonProfiles: flags["personProfiles"] !== false }
      : {
          name,
          settings: readAttioSettings(),
          mode: readMode(flags["as"]),
          isSettingUp: flags["setup"] === true,
          isCreatingPeople: flags["createPeople"] === true,
          writesPerSecond: readWholeNumber("--writes-per-second", flags["writesPerSecond"]),
        };
  await startWriting(config);
  const effects = loggingEffects();
  const terminal = progressTerminal();
  const work = (notes?: RunNotes): Promise<number> =>
    activate({
      config,
      destination,
      options,
      effects,
      openOutbox: () => openOutbox(config, effects, notes?.runId),
      signal: interruptSignal(),
      say: print,
      onDelivered: ({ sent, rejected }) => {
        if (notes !== undefined) Object.assign(notes, { rows: sent, rejected });
      },
      ...(terminal === undefined ? {} : { terminal }),
    });
  const recording = { command: `activate ${name}`, commandLine: command, config, effects } as const;
  // What only looks, or changes Attio alone, leaves the warehouse as it is.
  const isWriting = !options.isDryRun && flags["setup"] !== true;
  process.exitCode = isWriting ? await recorded(recording, work) : await work();
}

/** The outbox in the warehouse that is configured. BigQuery's client is loaded only where it is needed, as elsewhere. */
export async function openOutbox(
  config: Config,
  effects: Effects,
  runId = newRunId(effects.now(), "activate"),
): Promise<Outbox> {
  const { StoredOutbox } = await import("../activate/stored-outbox.ts");
  return new StoredOutbox(await openOutboxStore(config, effects, runId), config);
}

async function openOutboxStore(config: Config, effects: Effects, runId: string): Promise<OutboxStore> {
  const { rawDataset, martsDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb") {
    const { DuckDbOutbox } = await import("../load/duckdb/outbox.ts");
    const { duckdbPath: path } = config;
    return DuckDbOutbox.open({ path, rawDataset, martsDataset, stateDirectory, now: effects.now });
  }
  const { BigQueryOutbox } = await import("../load/bigquery/outbox.ts");
  return BigQueryOutbox.open({ connection: config.bigQuery, rawDataset, martsDataset, stateDirectory, effects, runId });
}

function readSince(flag: unknown): number | undefined {
  if (typeof flag !== "string") return undefined;
  const since = readMoment("--since", flag);
  if (since * 1000 > Date.now())
    throw new ConfigError("--since is in the future: no ticket has been closed since then.");
  return since;
}

function readMode(flag: unknown): "activity" | "record" | "note" {
  if (flag === "activity" || flag === "record" || flag === "note") return flag;
  throw new ConfigError("--as must be activity, record or note.");
}
