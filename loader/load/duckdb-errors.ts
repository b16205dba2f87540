import { open, rm, stat } from "node:fs/promises";
import { ConfigError, messageOf, systemCodeOf, WarehouseError } from "../errors.ts";
import { runOfProcess } from "./spool.ts";

/** DuckDB opens some other files without a word and would write into them: a file that exists must be its own. */
export async function checkFile(path: string): Promise<void> {
  const magicOffset = 8;
  const magic = "DUCK";
  try {
    const handle = await open(path, "r");
    try {
      const head = Buffer.alloc(magicOffset + magic.length);
      const { bytesRead } = await handle.read(head, 0, head.length, 0);
      if (bytesRead > 0 && head.toString("latin1", magicOffset) !== magic) {
        throw new ConfigError(`${path} is not a DuckDB file: set DUCKDB_PATH to one, or to a name that is free.`);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (systemCodeOf(error) === "EISDIR")
      throw new ConfigError(`${path} is a folder: set DUCKDB_PATH to a file in it.`);
    // Missing is as good as new; what can't be read, DuckDB itself will say.
  }
}

/** DuckDB begins a file with three headers of 4 KiB; one that is shorter was never finished and holds nothing. */
const headerBytes = 3 * 4096;

/** Removes a file that a killed process, or a full disk, stopped DuckDB at making. False when the file is not such a one. */
export async function removeUnfinished(path: string): Promise<boolean> {
  const { size } = await stat(path).catch(() => ({ size: headerBytes }));
  if (size >= headerBytes) return false;
  await rm(path, { force: true });
  return true;
}

/** Whether a file could not be opened because another process has it. */
export function isHeld(error: unknown): boolean {
  return /lock/i.test(messageOf(error));
}

/** A file that could not be opened → who holds it, or what else is wrong with it. */
export async function openError(
  error: unknown,
  options: { readonly path: string; readonly stateDirectory: string },
): Promise<Error> {
  const message = messageOf(error);
  const holder = /Conflicting lock is held in (.*?)(?: \(PID (\d+)\))/.exec(message);
  if (holder !== null) {
    const run = await runOfProcess(options.stateDirectory, Number(holder[2]));
    const who =
      run === undefined
        ? `process ${holder[2]} (${holder[1]})`
        : `run ${run.runId} (process ${run.pid}, since ${run.startedAt})`;
    return new ConfigError(`${options.path} is held by ${who}: wait until it has ended, or end it, and run again.`);
  }
  if (isHeld(error))
    return new ConfigError(`${options.path} is held by another process: wait until it has ended, and run again.`);
  const next = isDiskFull(message)
    ? "The disk is full: free some space and run again"
    : "Check that the folder exists and can be written to, or set DUCKDB_PATH";
  return new WarehouseError(`DuckDB can't open ${options.path}: ${firstLine(message)}. ${next}.`, { cause: error });
}

/** A failed statement → what it means and what to do. */
export function runError(error: unknown, path: string): WarehouseError {
  const message = firstLine(messageOf(error));
  const next = isDiskFull(message)
    ? "The disk is full: free some space and run again"
    : "Nothing of this load is stored; run again, and if it stays, look at the file with the duckdb shell";
  return new WarehouseError(`DuckDB refused ${path}: ${message}. ${next}. What was loaded before stays.`, {
    cause: error,
  });
}

/** The log could not be moved into the file after a commit → what is left, and what to do. */
export function logError(error: unknown, path: string): WarehouseError {
  const message = firstLine(messageOf(error));
  const next = isDiskFull(message) ? "The disk is full: free some space and run again" : "Run again";
  return new WarehouseError(
    `DuckDB can't move its log into ${path}: ${message}. What was loaded stays, in ${path}.wal: keep that file beside the other. ${next}.`,
    { cause: error },
  );
}

function isDiskFull(message: string): boolean {
  return /No space left|disk is full|ENOSPC|File too large/i.test(message);
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/\.$/, "");
}

/** Whether a statement would have gone through with more memory. */
export function isOutOfMemory(error: unknown): boolean {
  return /out of memory/i.test(messageOf(error));
}
