import { createReadStream, createWriteStream } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { messageOf, systemCodeOf, WarehouseError } from "../../errors.ts";
import { makeFolder } from "../disk.ts";

/** Level 1 is a third of the work of level 6 for a tenth more bytes. */
const gzipLevel = 1;
const newline = 0x0a;
/** A disk or a bucket mount that can't write a folder through says one of these. A rename there is as safe as it gets. */
const noFolderSync = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM", "EACCES", "EBADF", "EISDIR"]);

/** Does something to the archive. Errors: WarehouseError that names the path and the next step. */
export async function onArchive<T>(path: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WarehouseError) throw error;
    throw archiveError(path, error);
  }
}

function archiveError(path: string, error: unknown): WarehouseError {
  const code = systemCodeOf(error);
  const reason =
    code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG"
      ? "the disk of the archive is full: free some space, and run again"
      : code === "EACCES" || code === "EPERM" || code === "EROFS"
        ? "you may not write to the archive: point --archive at a folder that you can write to"
        : `the system says ${code ?? messageOf(error)}: check the folder of --archive, and run again`;
  return new WarehouseError(`Could not write ${path}: ${reason}. What was loaded before stays.`, { cause: error });
}

/**
 * Writes a gzip file and brings it to the disk. A file that a killed run has begun is replaced. Errors: WarehouseError.
 */
export async function writeGzip(path: string, content: AsyncIterable<Buffer | string>): Promise<void> {
  await onArchive(path, async () => {
    makeFolder(dirname(path));
    await pipeline(content, createGzip({ level: gzipLevel }), createWriteStream(path, { flush: true }));
  });
}

/** Gives a whole file its final name, in one step. Errors: WarehouseError; the system's ENOENT as its cause. */
export async function publish(from: string, to: string): Promise<void> {
  await onArchive(to, async () => {
    const folder = dirname(to);
    makeFolder(folder);
    await rename(from, to);
    await synced(folder);
  });
}

/** Brings a folder's names to the disk. */
export async function synced(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    if (!noFolderSync.has(systemCodeOf(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

/** Removes a file, which need not be there. Errors: WarehouseError. */
export async function remove(path: string): Promise<void> {
  await onArchive(path, () => rm(path, { force: true }));
}

/** The names in a folder, sorted; none when there is no such folder. Errors: WarehouseError. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return [];
    throw unreadable(folder, error);
  }
}

/** The content of a gzip file. Errors: the system's; zlib's when the file is damaged. */
export async function* gunzipped(path: string): AsyncGenerator<Buffer> {
  const source = createReadStream(path);
  const content = createGunzip();
  source.once("error", (error) => content.destroy(error));
  try {
    yield* source.pipe(content);
  } finally {
    source.destroy();
  }
}

/** The lines of a gzip file, without newlines. Errors: WarehouseError when the file is missing or damaged. */
export async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  try {
    for await (const chunk of gunzipped(path)) {
      let start = 0;
      for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
        const last = chunk.subarray(start, end);
        yield waiting.length === 0 ? last : Buffer.concat([...waiting, last]);
        waiting = [];
        start = end + 1;
      }
      if (start < chunk.length) waiting.push(chunk.subarray(start));
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  if (waiting.length > 0) yield Buffer.concat(waiting);
}

/** The error of a file of the archive that can't be read. */
function unreadable(path: string, error: unknown): WarehouseError {
  const code = systemCodeOf(error);
  const what =
    code === "ENOENT"
      ? "is missing"
      : code === "EACCES" || code === "EPERM"
        ? "may not be read by you"
        : `can't be read (${code ?? messageOf(error)})`;
  return damaged(path, what, error);
}

/** @param what is wrong with the file: "is missing" */
export function damaged(path: string, what: string, cause?: unknown): WarehouseError {
  return new WarehouseError(
    `${basename(path)} ${what}: ${path}. Nothing of its load was stored; what was replayed before stays. Restore the file from a copy of the archive, and run again: stored loads are skipped.`,
    { cause },
  );
}
