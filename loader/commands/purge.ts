import { type Command, InvalidArgumentError } from "commander";
import { type Config, readConfig } from "../config.ts";
import { type Effects, jsonLinesLog, realEffects } from "../effects.ts";
import { InterruptedError } from "../errors.ts";
import type { PurgeSpool } from "../purge/purge.ts";
import type { PurgeStore } from "../purge/store.ts";
import { warehouseIdentity } from "../run-owner.ts";
import { isReaderGone, outputFailed } from "../standard-streams.ts";

type Flags = {
  readonly contact: readonly string[];
  readonly conversation: readonly string[];
  readonly atMost: number;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

/** A person has some leads beside the contact, one for each visit maybe; an address that many share has more. */
const contactsMax = 20;

/**
 * `purge`, on the command line.
 * @param interrupt makes the signal that fires when the user wants the run to end
 */
export function addPurgeCommand(program: Command, environmentHelp: string, interrupt: () => AbortSignal): void {
  program
    .command("purge")
    .description(
      "Remove every trace of conversations that Intercom lists as deleted, and of given contacts and conversations (docs/purge.md).",
    )
    .option(
      "--contact <id or email>",
      "also this contact, everyone with the same address, and their conversations; may be given several times",
      addContact,
      [],
    )
    .option(
      "--conversation <id>",
      "also this conversation, as one that answers 404 and is not listed as deleted; may be given several times",
      addConversation,
      [],
    )
    .option(
      "--at-most <contacts>",
      "refuse when more contacts than this have the given addresses",
      wholeNumber,
      contactsMax,
    )
    .option("--dry-run", "remove nothing; print what would go")
    .option("--json", "print the result as JSON")
    .addHelpText("after", environmentHelp)
    .action((flags: Flags) => run(flags, interrupt));
}

/** Errors: InvalidArgumentError when it can be neither an id nor an address. */
function addContact(text: string, before: readonly string[]): readonly string[] {
  if (!/^[^\s"\\]+$/.test(text)) throw new InvalidArgumentError("It must be an id or an e-mail address.");
  return [...before, text];
}

/** Errors: InvalidArgumentError when it can be no id. */
function addConversation(text: string, before: readonly string[]): readonly string[] {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new InvalidArgumentError("It must be a conversation's id.");
  return [...before, text];
}

/** Errors: InvalidArgumentError. */
function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

async function run(flags: Flags, interrupt: () => AbortSignal): Promise<void> {
  const { purge } = await import("../purge/purge.ts");
  const config = readConfig();
  const isTerminal = process.stderr.isTTY === true;
  const effects = realEffects(
    isTerminal ? () => undefined : jsonLinesLog((line) => process.stderr.write(line), Date.now),
  );
  const isDryRun = flags.dryRun === true;
  process.exitCode = await purge({
    config,
    options: {
      contacts: flags.contact,
      conversations: flags.conversation,
      contactsMax: flags.atMost,
      isDryRun,
      isJson: flags.json === true,
    },
    effects,
    signal: interrupt(),
    say: (line) => say(line, isDryRun),
    openStore: (runId) => openStore(config, effects, runId, isDryRun),
    openSpool: (runId) => openSpool(config, effects, runId),
  });
}

/** BigQuery's client is loaded only where it is needed, as elsewhere. */
async function openStore(config: Config, effects: Effects, runId: string, isDryRun: boolean): Promise<PurgeStore> {
  const { rawDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb") {
    const { DuckDbPurge } = await import("../load/duckdb/purge.ts");
    return DuckDbPurge.open({ path: config.duckdbPath, rawDataset, stateDirectory });
  }
  const { BigQueryPurge } = await import("../load/bigquery/purge.ts");
  return BigQueryPurge.open({ connection: config.bigQuery, rawDataset, effects, runId, isDryRun });
}

/** A spool folder for a purge, which writes no rows into it: by the folder other runs know that this one holds the warehouse. */
export async function openSpool(config: Config, effects: Effects, runId: string): Promise<PurgeSpool> {
  const { Spool } = await import("../load/spool.ts");
  const loadedAt = new Date(effects.now()).toISOString();
  return Spool.open(config.stateDirectory, { workspaceId: "", runId, loadedAt }, await warehouseIdentity(config));
}

/** Errors: InterruptedError when nobody reads what must be read; WarehouseError when it can't be written. */
function say(line: string, isDryRun: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${line}\n`, (error) => {
      if (!error || (isDryRun && isReaderGone(error))) resolve();
      else reject(isReaderGone(error) ? nobodyReads() : outputFailed(error));
    });
  });
}

function nobodyReads(): InterruptedError {
  return new InterruptedError(
    "Nobody reads what the purge says, and it says what is left to do in other tools. What was removed stays removed: run the same purge again, with its output into a file, and it goes on.",
  );
}
