import { open, rm, stat } from "node:fs/promises";
import { ConfigError, messageOf, systemCodeOf, WarehouseError } from "../../errors.ts";
import { fileIdentity, runThatHolds } from "../../run-owner.ts";

const magicOffset = 8;
const magic = "DUCK";
/** DuckDB begins a file with three headers of 4 KiB; one that is shorter was never finished and holds nothing. */
const headerBytes = 3 * 4096;

/** What is at a path, as far as that can be told without DuckDB. */
export type FileKind =
  | "none"
  | "unfinished" // begun by DuckDB, or empty: it holds nothing
  | "DuckDB";

/**
 * DuckDB opens some other files without a word and would write into them: a file that exists must be its own.
 * Errors: ConfigError when it is something else.
 */
export async function checkFile(path: string): Promise<FileKind> {
  const found = await stat(path).catch((error: unknown) => {
    // What can't be looked at, DuckDB itself will say.
    return systemCodeOf(error) === "ENOENT" ? undefined : null;
  });
  if (found === undefined) return "none";
  if (found === null) return "DuckDB";
  if (found.isDirectory()) throw new ConfigError(`${path} is a folder: set DUCKDB_PATH to a file in it.`);
  if (!found.isFile()) throw new ConfigError(`${path} is no file: set DUCKDB_PATH to one, or to a name that is free.`);
  if (found.size > 0 && (await magicOf(path)) !== magic)
    throw new ConfigError(
      `${path} is not a DuckDB file, or is one whose beginning is damaged: set DUCKDB_PATH to one, or to a name that is free.`,
    );
  const log = await stat(`${path}.wal`).catch(() => ({ size: 0 }));
  return found.size < headerBytes && log.size === 0 ? "unfinished" : "DuckDB";
}

/** The four letters that a file of DuckDB's has; those, too, of a file that may not be read. */
async function magicOf(path: string): Promise<string> {
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return magic;
  try {
    const head = Buffer.alloc(magicOffset + magic.length);
    await handle.read(head, 0, head.length, 0);
    return head.toString("latin1", magicOffset);
  } finally {
    await handle.close();
  }
}

/** Removes a file that a killed process, or a full disk, stopped DuckDB at making. False when the file is not such a one. */
export async function removeUnfinished(path: string): Promise<boolean> {
  if ((await checkFile(path)) !== "unfinished") return false;
  await rm(path, { force: true });
  return true;
}

/** What is wrong, by how DuckDB begins to say it: names of files and values come later in its sentences. */
const troubles = [
  ["held", /^IO Error: Could not set lock on file "/],
  ["no locks", /^IO Error: File locks are not supported for this file system/],
  ["log damaged", /^IO Error: Failure while replaying (?:checkpoint )?WAL file "/],
  ["damaged", /^IO Error: Corrupt database file: /],
  ["damaged", /^IO Error: Could not read enough bytes from file "/],
  ["damaged", /^IO Error: The file "" exists, but it is not a valid DuckDB database file/],
  ["damaged", /^INTERNAL Error: Failed to load metadata pointer/],
  ["damaged", /^(?:\w+ )*Error: .*[Dd]atabase file (?:appears to be|may be) corrupted/],
  ["damaged", /^(?:IO|Serialization|INTERNAL) Error: (?:Corrupt(?:ed)?|Failed to deserialize)\b/],
  ["other format", /^IO Error: Trying to read a database file with version number \d+/],
  ["newer format", /^IO Error: Error opening "": file was written with a storage version greater/],
  [
    "full",
    /^(?:IO|FATAL|TransactionContext) Error: .*: (?:No space left on device|Disk quota exceeded|File too large)\b/,
  ],
  ["read-only", /^IO Error: .*: Read-only file system$/],
  ["denied", /^IO Error: .*: (?:Permission denied|Operation not permitted)$/],
] as const;

type Trouble = (typeof troubles)[number][0];

/** The kind of trouble that DuckDB has with a file; undefined when it is none of those that we know. */
export function troubleOf(error: unknown, path: string): Trouble | undefined {
  const message = plainMessage(error, path);
  return troubles.find(([, pattern]) => pattern.test(message))?.[0];
}

/** Whether a file could not be opened because another process has it. */
export function isHeld(error: unknown, path: string): boolean {
  return troubleOf(error, path) === "held";
}

/** Whether a statement would have gone through with more memory. */
export function isOutOfMemory(error: unknown): boolean {
  return /^(?:Out of Memory Error: |TransactionContext Error: Failed to commit: (?:could not allocate|failed to (?:allocate|pin)) )/.test(
    messageOf(error),
  );
}

type OpenOptions = { readonly path: string; readonly stateDirectory: string };

/** A file that could not be opened → who holds it, or what else is wrong with it, and what to do. */
export async function openError(error: unknown, options: OpenOptions): Promise<Error> {
  const { path } = options;
  if (error instanceof ConfigError || error instanceof WarehouseError) return error;
  const trouble = troubleOf(error, path);
  if (trouble === "held") return heldError(error, options);
  return new WarehouseError(sentenceOf(trouble, error, path), { cause: error });
}

async function heldError(error: unknown, { path, stateDirectory }: OpenOptions): Promise<Error> {
  const holder = /": Conflicting lock is held in (.*?) \(PID (\d+)\)/.exec(plainMessage(error, path));
  // A process of another container has no number here.
  const pid = Number(holder?.[2] ?? 0);
  const identity = await fileIdentity(path).catch(() => undefined);
  const run = await runThatHolds(stateDirectory, identity, pid === 0 ? undefined : pid);
  const who =
    run !== undefined
      ? `run ${run.runId} (process ${run.pid}, since ${run.startedAt})`
      : pid === 0
        ? "another process"
        : `process ${pid} (${holder?.[1]})`;
  return new ConfigError(`${path} is held by ${who}: wait until it has ended, or end it, and run again.`, {
    cause: error,
  });
}

function sentenceOf(trouble: Exclude<Trouble, "held"> | undefined, error: unknown, path: string): string {
  const words = plainMessage(error, path).replace(/^(?:\w+ )*Error: /, "");
  const failed = `DuckDB can't open ${path}`;
  switch (trouble) {
    case "damaged":
      return `${path} is damaged: ${words}. Move it and ${path}.wal away, and put a copy back; without a copy, \`make sync\` makes a new file and fetches everything again.`;
    case "log damaged":
      return `The log ${path}.wal is damaged: ${words}. Move that log away and run again: the file is as it was before, and what only the log had is fetched again.`;
    case "other format":
    case "newer format":
      return `${failed}: another version of DuckDB wrote it, in a format that this one can't read (${words}). Update this project, or set DUCKDB_PATH to another file.`;
    case "full":
      return `${failed}: the disk is full. Free some space and run again.`;
    case "read-only":
      return `${failed}: its disk can only be read. Set DUCKDB_PATH to a disk that can be written to; \`status\` and \`export\` only read.`;
    case "denied":
      return `${failed}: permission denied. Give this user the right to it and its folder, or set DUCKDB_PATH.`;
    case "no locks":
      return `${failed}: its disk has no file locks, without which two runs could write at once. Set DUCKDB_PATH to a local disk.`;
    case undefined:
      return `${failed}: ${words}. Check that the folder exists and can be written to, or set DUCKDB_PATH.`;
    default:
      throw new Error(`no sentence for ${trouble satisfies never}`);
  }
}

/** A failed statement → what it means and what to do. */
export function runError(error: unknown, path: string): WarehouseError {
  const trouble = troubleOf(error, path);
  if (trouble === "damaged" || trouble === "log damaged")
    return new WarehouseError(sentenceOf(trouble, error, path), { cause: error });
  const next =
    trouble === "full"
      ? "The disk is full: free some space and run again"
      : "Nothing of this load is stored; run again, and if it stays, look at the file with the duckdb shell";
  return new WarehouseError(
    `DuckDB refused ${path}: ${plainMessage(error, path)}. ${next}. What was loaded before stays.`,
    { cause: error },
  );
}

/** The log could not be moved into the file after a commit → what is left, and what to do. */
export function logError(error: unknown, path: string): WarehouseError {
  const next = troubleOf(error, path) === "full" ? "The disk is full: free some space and run again" : "Run again";
  return new WarehouseError(
    `DuckDB can't move its log into ${path}: ${plainMessage(error, path)}. What was loaded stays, in ${path}.wal: keep that file beside the other. ${next}.`,
    { cause: error },
  );
}

/** What DuckDB says, without the name of the file, which may have any words in it. */
function plainMessage(error: unknown, path: string): string {
  const message = messageOf(error).replaceAll(path, "");
  return (message.split("\n")[0] ?? "").replace(/\.$/, "");
}
