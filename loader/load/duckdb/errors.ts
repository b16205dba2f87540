import { access, open, rm, stat } from "node:fs/promises";
import { ConfigError, messageOf, systemCodeOf, WarehouseError } from "../../errors.ts";
import { fileIdentity, runThatHolds } from "../run-owner.ts";

const magicOffset = 8;
const magic = "DUCK";
/** DuckDB begins a file with three headers of 4 KiB. A shorter file was never finished and holds nothing. */
const headerBytes = 3 * 4096;

/** What is at a path, as far as one can see without DuckDB. */
export type FileKind =
  | "none"
  | "unfinished" // begun by DuckDB, or empty: it holds nothing
  | "DuckDB";

/**
 * Makes sure that an existing file is DuckDB's: DuckDB opens some other files without an error, and would write into them.
 * Errors: ConfigError when the path is something else.
 */
export async function checkFile(path: string): Promise<FileKind> {
  const found = await stat(path).catch((error: unknown) => {
    // DuckDB itself says why this path can't be looked at.
    return systemCodeOf(error) === "ENOENT" ? undefined : null;
  });
  if (found === undefined) return "none";
  if (found === null) return "DuckDB";
  if (found.isDirectory()) throw new ConfigError(`${path} is a folder: point DUCKDB_PATH at a file in it.`);
  if (!found.isFile())
    throw new ConfigError(
      `${path} is not a file: point DUCKDB_PATH at a DuckDB file, or at a path where nothing is yet.`,
    );
  if (found.size > 0 && (await magicOf(path)) !== magic)
    throw new ConfigError(
      `${path} is not a DuckDB file, or its beginning is damaged: point DUCKDB_PATH at a DuckDB file, or at a path where nothing is yet.`,
    );
  const log = await stat(`${path}.wal`).catch(() => ({ size: 0 }));
  return found.size < headerBytes && log.size === 0 ? "unfinished" : "DuckDB";
}

/** Makes sure that a warehouse to read is there, and DuckDB's. Errors: ConfigError. */
export async function checkWarehouse(path: string): Promise<void> {
  await access(path).catch(() => {
    throw new ConfigError(`${path} does not exist: run \`make sync build\` first, or set DUCKDB_PATH.`);
  });
  await checkFile(path);
}

/** The four letters by which a file says that it is DuckDB's. A file that may not be read counts as DuckDB's. */
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

/** Removes a file that DuckDB did not finish making, because it was killed or the disk was full. False for other files. */
export async function removeUnfinished(path: string): Promise<boolean> {
  if ((await checkFile(path)) !== "unfinished") return false;
  await rm(path, { force: true });
  return true;
}

/** What is wrong, by the beginning of DuckDB's sentence: names of files, and values, come later in it. */
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

/** The kind of trouble that DuckDB has with a file; undefined when we do not know it. */
export function troubleOf(error: unknown, path: string): Trouble | undefined {
  const message = plainMessage(error, path);
  return troubles.find(([, pattern]) => pattern.test(message))?.[0];
}

/** Whether a file could not be opened because another process has it. */
export function isHeld(error: unknown, path: string): boolean {
  return troubleOf(error, path) === "held";
}

/** Whether a statement failed because it had too little memory. */
export function isOutOfMemory(error: unknown): boolean {
  return /^(?:Out of Memory Error: |TransactionContext Error: Failed to commit: (?:could not allocate|failed to (?:allocate|pin)) )/.test(
    messageOf(error),
  );
}

type OpenOptions = { readonly path: string; readonly stateDirectory: string };

/** The error of a file that could not be opened: who holds it, or what else is wrong with it, and what to do. */
export async function openError(error: unknown, options: OpenOptions): Promise<Error> {
  const { path } = options;
  if (error instanceof ConfigError || error instanceof WarehouseError) return error;
  const trouble = troubleOf(error, path);
  if (trouble === "held") return heldError(error, options);
  return new WarehouseError(sentenceOf(trouble, error, path), { cause: error });
}

async function heldError(error: unknown, { path, stateDirectory }: OpenOptions): Promise<Error> {
  const holder = /": Conflicting lock is held in (.*?) \(PID (\d+)\)/.exec(plainMessage(error, path));
  // A process of another container has no id here.
  const pid = Number(holder?.[2] ?? 0);
  const identity = await fileIdentity(path).catch(() => undefined);
  const run = await runThatHolds(stateDirectory, identity, pid === 0 ? undefined : pid);
  const who =
    run !== undefined
      ? `run ${run.runId} (process ${run.pid}, since ${run.startedAt})`
      : pid === 0
        ? "another process"
        : `process ${pid} (${holder?.[1]})`;
  return new ConfigError(`${path} is held by ${who}: wait until that process has ended, or end it, and run again.`, {
    cause: error,
  });
}

function sentenceOf(trouble: Exclude<Trouble, "held"> | undefined, error: unknown, path: string): string {
  const words = plainMessage(error, path).replace(/^(?:\w+ )*Error: /, "");
  const failed = `DuckDB can't open ${path}`;
  switch (trouble) {
    case "damaged":
      return `${path} is damaged: ${words}. Move it and ${path}.wal away, and restore a backup. Without a backup, \`make sync\` makes a new file and fetches everything again.`;
    case "log damaged":
      return `The log ${path}.wal is damaged: ${words}. Move that log away and run again: the file is whole, and the next run fetches again what only the log had.`;
    case "other format":
    case "newer format":
      return `${failed}: another version of DuckDB wrote it, in a format that this version can't read (${words}). Update this project, or point DUCKDB_PATH at another file.`;
    case "full":
      return `${failed}: the disk is full. Free some space and run again.`;
    case "read-only":
      return `${failed}: its disk is read-only. Point DUCKDB_PATH at a disk that you can write to; \`status\` and \`export\` only read.`;
    case "denied":
      return `${failed}: permission denied. Give this user the right to write the file and its folder, or change DUCKDB_PATH.`;
    case "no locks":
      return `${failed}: its disk has no file locks, so two runs could write at once. Point DUCKDB_PATH at a local disk.`;
    case undefined:
      return `${failed}: ${words}. Check that the folder exists and that you can write to it, or change DUCKDB_PATH.`;
    default:
      throw new Error(`no sentence for ${trouble satisfies never}`);
  }
}

/** The error of a failed statement: what it means and what to do. */
export function runError(error: unknown, path: string): WarehouseError {
  const trouble = troubleOf(error, path);
  if (trouble === "damaged" || trouble === "log damaged")
    return new WarehouseError(sentenceOf(trouble, error, path), { cause: error });
  const next =
    trouble === "full"
      ? "The disk is full: free some space and run again"
      : "Nothing of this load is stored. Run again; if it fails again, look at the file with the duckdb shell";
  return new WarehouseError(
    `DuckDB refused ${path}: ${plainMessage(error, path)}. ${next}. What was loaded before stays.`,
    { cause: error },
  );
}

/** The error of a log that could not be moved into the file after a commit: what is left, and what to do. */
export function logError(error: unknown, path: string): WarehouseError {
  const next = troubleOf(error, path) === "full" ? "The disk is full: free some space and run again" : "Run again";
  return new WarehouseError(
    `DuckDB can't move its log into ${path}: ${plainMessage(error, path)}. What was loaded stays, in ${path}.wal: keep that file beside the warehouse. ${next}.`,
    { cause: error },
  );
}

/** DuckDB's own sentence, without the path, which may contain any words. */
function plainMessage(error: unknown, path: string): string {
  const message = messageOf(error).replaceAll(path, "");
  return (message.split("\n")[0] ?? "").replace(/\.$/, "");
}
