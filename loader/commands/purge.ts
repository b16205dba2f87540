import { type Command, InvalidArgumentError, Option } from "commander";
import { type Config, readPrivacy } from "../config.ts";
import type { Effects } from "../effects.ts";
import { ConfigError, InterruptedError } from "../errors.ts";
import type { Age } from "../purge/ages-sql.ts";
import type { PurgeContext } from "../purge/purge.ts";
import type { PurgeStore } from "../purge/store.ts";
import { isReaderGone, outputFailed } from "../standard-streams.ts";
import { printable } from "../terminal.ts";
import { optional, withEnvironment } from "./help.ts";
import { interruptSignal } from "./interrupt.ts";
import { loggingEffects } from "./log.ts";
import { archiveLines, openArchive, purgeInArchive } from "./purge-archive.ts";
import { recorded } from "./recorded.ts";
import { openSpool } from "./spool.ts";
import { startWriting } from "./start.ts";
import { readWarehouseConfig } from "./warehouse.ts";

type Flags = {
  readonly contact: readonly string[];
  readonly conversation: readonly string[];
  readonly ticket: readonly string[];
  readonly olderThan?: number;
  readonly keep: "nothing" | "rows";
  readonly atMost: number;
  readonly archive?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

/** A person may have some leads beside the contact, one for each visit. An address that many people share has more. */
const contactsMax = 20;
/** A hundred years. */
const daysMax = 36_500;

export function addPurgeCommand(program: Command): void {
  const command = program
    .command("purge")
    .description(
      "Remove every trace of conversations that Intercom lists as deleted, of given contacts, conversations and tickets, and of what is old (docs/purge.md).",
    )
    .addOption(
      new Option(
        "--contact <id or email>",
        "also this contact, everyone with the same address, and their conversations; may be given several times",
      )
        .argParser(addContact)
        .default([], "none"),
    )
    .addOption(
      new Option(
        "--conversation <id>",
        "also this conversation, as when it answers 404 and is not listed as deleted; may be given several times",
      )
        .argParser(addIdOf("conversation"))
        .default([], "none"),
    )
    .addOption(
      new Option(
        "--ticket <id>",
        "also this ticket (ticket_id of the mart, not the number in the inbox) with its conversation; may be given several times",
      )
        .argParser(addIdOf("ticket"))
        .default([], "none"),
    )
    .addOption(
      optional(
        "--older-than <days>",
        "also conversations and tickets that have not changed for so many days, at least 1",
        "age does not matter",
      ).argParser(days),
    )
    .addOption(
      new Option(
        "--keep <what>",
        "what stays of that: nothing, or rows, which lose texts, names and addresses, so that figures stay",
      )
        .choices(["nothing", "rows"])
        .default("nothing"),
    )
    .option(
      "--at-most <contacts>",
      "refuse when more contacts than this have the given addresses",
      wholeNumber,
      contactsMax,
    )
    .addOption(
      optional(
        "--archive <folder>",
        "also remove from this archive what the warehouse no longer has (docs/archive.md)",
        "archives stay as they are",
      ),
    )
    .option("--dry-run", "remove nothing; print what would be removed")
    .option("--json", "print the result as JSON")
    .action(run);
  withEnvironment(command, "privacy", "warehouse", "bigQuery");
}

/** Errors: InvalidArgumentError when the text can be neither an id nor an address. */
function addContact(text: string, before: readonly string[]): readonly string[] {
  if (!/^[^\s"\\]+$/.test(text)) throw new InvalidArgumentError("It must be an id or an e-mail address.");
  return [...before, text];
}

/** Takes ids. Errors: InvalidArgumentError when the text can be no id. */
function addIdOf(what: string): (text: string, before: readonly string[]) => readonly string[] {
  return (text, before) => {
    if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new InvalidArgumentError(`It must be a ${what}'s id.`);
    return [...before, text];
  };
}

/** 0 days would be everything. Errors: InvalidArgumentError. */
function days(text: string): number {
  const number = wholeNumber(text);
  if (number < 1 || number > daysMax) throw new InvalidArgumentError(`It must be from 1 to ${daysMax}.`);
  return number;
}

/** Errors: InvalidArgumentError. */
function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

async function run(flags: Flags, command: Command): Promise<void> {
  const config = readWarehouseConfig();
  await startWriting(config, flags.archive);
  const effects = loggingEffects();
  const recording = { command: "purge", commandLine: command, config, effects } as const;
  process.exitCode =
    flags.dryRun === true
      ? await purgeAll(flags, config, effects, () => undefined)
      : await recorded(recording, (notes) =>
          purgeAll(flags, config, effects, (runId) => {
            notes.runId = runId;
          }),
        );
}

/** Purges the warehouse, the file for readers and the archive. Returns the exit code. */
async function purgeAll(
  flags: Flags,
  config: Config,
  effects: Effects,
  onRun: (runId: string) => void,
): Promise<number> {
  const { checkPurge, purge } = await import("../purge/purge.ts");
  const { pseudonyms } = readPrivacy();
  const isDryRun = flags.dryRun === true;
  // Before anything is removed: a wrong folder must not be found out afterwards.
  const signal = interruptSignal();
  const archive = flags.archive === undefined ? undefined : await openArchive(flags.archive, isDryRun);
  const contextOf = (age: Age | undefined): PurgeContext => ({
    config,
    options: {
      contacts: flags.contact,
      pseudonymOf: pseudonyms === undefined ? undefined : (address) => pseudonyms.of("email", address),
      conversations: flags.conversation,
      tickets: flags.ticket,
      age,
      contactsMax: flags.atMost,
      isDryRun,
      isJson: flags.json === true,
    },
    effects,
    signal,
    say: (line) => say(line, isDryRun),
    openStore: (runId) => {
      onRun(runId);
      return openStore(config, effects, runId, isDryRun);
    },
    openSpool: (runId) => openSpool(config, effects, runId),
  });
  const age = await agedOf(flags, config, effects, signal, (toCopy) => checkPurge(contextOf(toCopy)));
  const exitCode = await purge(contextOf(age));
  const stillThere = isDryRun ? undefined : await removeReadersFile(config);
  if (archive !== undefined && !isDryRun) {
    const purged = await purgeInArchive(config, effects, archive, signal);
    effects.log("archive_purged", purged);
    if (flags.json !== true) for (const line of archiveLines(purged)) await say(line, isDryRun);
  }
  if (stillThere !== undefined) throw stillThere;
  return exitCode;
}

/**
 * What goes for its age. Where rows stay, their copies without texts are stored first.
 * @param check refuses what the purge would refuse: copies that nobody needs would stay
 * Errors: ConfigError for `--keep rows` alone; those of `check` and of `storeCopies`.
 */
async function agedOf(
  flags: Flags,
  config: Config,
  effects: Effects,
  signal: AbortSignal,
  check: (age: Age) => Promise<void>,
): Promise<Age | undefined> {
  const { olderThan, keep, dryRun } = flags;
  if (olderThan === undefined && keep === "rows")
    throw new ConfigError("--keep rows is about --older-than <days>: give both.");
  if (olderThan === undefined) return undefined;
  const { ageOf } = await import("../purge/ages-sql.ts");
  const now = effects.now() / 1000;
  if (keep === "nothing") return ageOf(olderThan, now);
  const age = ageOf(olderThan, now, "rows to copy");
  if (dryRun === true) return age;
  if (flags.contact.length + flags.conversation.length + flags.ticket.length > 0) await check(age);
  const { copyOldRows } = await import("./purge-copies.ts");
  await copyOldRows(config, effects, signal, age, (runId) => openStore(config, effects, runId, false));
  return { ...age, keeps: "rows copied" };
}

/**
 * The file for readers still has what was purged: the next build makes a new one.
 * @returns the error that says why it could not be removed
 */
async function removeReadersFile(config: Config): Promise<ConfigError | undefined> {
  const { warehouse, duckdbPath, duckdbMartsPath } = config;
  if (warehouse !== "duckdb" || duckdbMartsPath === undefined) return undefined;
  const { removeSnapshot } = await import("../load/duckdb/readers-file.ts");
  return removeSnapshot(duckdbMartsPath, duckdbPath);
}

/** Only the client that is needed is loaded: BigQuery's takes more memory than the rest of the loader. */
async function openStore(config: Config, effects: Effects, runId: string, isDryRun: boolean): Promise<PurgeStore> {
  const { rawDataset, stateDirectory } = config;
  if (config.warehouse === "duckdb") {
    const { DuckDbPurge } = await import("../load/duckdb/purge.ts");
    return DuckDbPurge.open({ path: config.duckdbPath, rawDataset, stateDirectory });
  }
  const { BigQueryPurge } = await import("../load/bigquery/purge.ts");
  return BigQueryPurge.open({ connection: config.bigQuery, rawDataset, effects, runId, isDryRun });
}

/**
 * Prints a line, and waits until it is out: what is left to do in other tools must be read.
 * Errors: InterruptedError when nobody reads; WarehouseError when the line can't be written.
 */
function say(line: string, isDryRun: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(`${printable(line)}\n`, (error) => {
      if (!error || (isDryRun && isReaderGone(error))) resolve();
      else reject(isReaderGone(error) ? nobodyReads() : outputFailed(error));
    });
  });
}

function nobodyReads(): InterruptedError {
  return new InterruptedError(
    "The output is closed, and it says what is left to do in other tools. So the purge stops. What was removed stays removed. Run the same purge again with its output into a file: it continues.",
  );
}
