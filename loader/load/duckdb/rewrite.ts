import { chown, realpath, rename, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ConfigError, messageOf, systemCodeOf, WarehouseError } from "../../errors.ts";
import { setMode } from "../../private-files.ts";
import { synced } from "../disk.ts";
import { copyDatabase } from "./copy.ts";
import { isOutOfMemory, openError } from "./errors.ts";
import { purgeFile, removePurgeFile } from "./left-behind.ts";
import { overflowFolder } from "./overflow.ts";
import { rowsPerGroup } from "./session.ts";
import { catalog, text } from "./sql.ts";

export type RewriteOptions = {
  readonly path: string;
  readonly stateDirectory: string;
  /** Full name of the table that the new file does not get. */
  readonly leftOut: string;
  /** Bytes free in a folder; a test may say. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

const fresh = "fresh";
const groupRights = 0o070;
/** When this is too little, the next try has half as much more. */
const memoryMegabytesMin = 96;
const memoryMegabytesMax = 4096;
/** Small row groups and half-full blocks: the new file may be a little larger than the used part of the old file. */
const roomShare = 1.2;
const roomBytesMin = 16 * 2 ** 20;

/**
 * Rewrites a DuckDB file with its present content and without removed rows. The old file stays untouched until the new file
 * is whole and on disk, and replaces it in one step. Until then this process holds the old file for reading, so that nobody
 * writes into a file that is about to be replaced.
 * Errors: ConfigError when another process has the file; WarehouseError, as when the disk is too full. The old file is
 * untouched then. Returns sizes in bytes, and how many other names (hard links) the old file has, under which it stays.
 */
export async function rewriteDuckDb(
  options: RewriteOptions,
): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number; readonly otherNames: number }> {
  const path = await realpath(options.path);
  const freshPath = purgeFile(path);
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: `${memoryMegabytesMin}MB`,
    preserve_insertion_order: "false",
    // As in the loader's session: freed memory is given back at once, and a checkpoint merges nothing.
    max_vacuum_tasks: "0",
    allocator_flush_threshold: "4MB",
    allocator_bulk_deallocation_flush_threshold: "4MB",
    temp_directory: await overflowFolder(options.stateDirectory, path),
  });
  const connection = await instance.connect();
  try {
    await removePurgeFile(freshPath);
    await connection.run(`attach ${text(path)} as ${catalog} (read_only)`).catch(async (error: unknown) => {
      throw await openError(error, options);
    });
    await checkLog(path);
    await checkRoom(connection, path, options);
    try {
      const { mode, uid, gid } = await stat(path);
      await copy(connection, freshPath, mode, options.leftOut);
      await keepOwner(freshPath, mode, uid, gid);
      await synced(freshPath);
      const [before, after] = [await stat(path), await stat(freshPath)];
      await rename(freshPath, path);
      await synced(dirname(path));
      return { bytesBefore: before.size, bytesAfter: after.size, otherNames: before.nlink - 1 };
    } catch (error) {
      await connection.run(`detach ${fresh}`).catch(() => undefined);
      await removePurgeFile(freshPath);
      throw stoppedError("rewritten", error, path);
    }
  } finally {
    // Only now: until here, whoever opens the old file to write is refused.
    await connection.run(`detach ${catalog}`).catch(() => undefined);
    connection.closeSync();
    instance.closeSync();
  }
}

async function copy(connection: DuckDBConnection, freshPath: string, mode: number, leftOut: string): Promise<void> {
  const version = await storageVersion(connection);
  await connection.run(
    `attach ${text(freshPath)} as ${fresh} (row_group_size ${rowsPerGroup}, storage_version '${version}')`,
  );
  // Before the file has anything that other users may not read.
  await setMode(freshPath, mode);
  const withRoom = (sql: string): Promise<void> => runWithRoom(connection, sql);
  await copyDatabase(connection, { from: catalog, to: fresh, leftOut: leftOut.replace(`"${catalog}".`, ""), withRoom });
  await withRoom(`checkpoint ${fresh}`);
  await connection.run(`detach ${fresh}`);
}

/** Runs a statement that leaves nothing when it fails; again with more memory when it had too little. */
async function runWithRoom(connection: DuckDBConnection, sql: string): Promise<void> {
  for (let megabytes = memoryMegabytesMin; ; megabytes = Math.ceil(megabytes * 1.5)) {
    try {
      await connection.run(`set memory_limit = '${megabytes}MB'`);
      await connection.run(sql);
      return;
    } catch (error) {
      if (!isOutOfMemory(error) || megabytes >= memoryMegabytesMax) throw error;
    }
  }
}

/** The file's format. In an older format the file would be several times as large; a newer one may not be readable. */
async function storageVersion(connection: DuckDBConnection): Promise<string> {
  const answer = await connection.runAndReadAll(
    `select tags['storage_version'] from duckdb_databases() where database_name = '${catalog}'`,
  );
  // "v1.2.0+" means that 1.2.0 and later versions can read the file.
  return String(answer.getRows()[0]?.[0]).replace(/\+$/, "");
}

/** DuckDB would take a log beside the file for the new file's log. There is a log only if another process has just written. */
async function checkLog(path: string): Promise<void> {
  const log = await stat(`${path}.wal`).catch(() => undefined);
  if (log === undefined || log.size === 0) return;
  throw new ConfigError(
    `Another process has written into ${path} meanwhile: the rows are removed, but can still be found in the file's free blocks. Run \`purge\` again: it rewrites the file.`,
  );
}

async function checkRoom(
  connection: DuckDBConnection,
  path: string,
  { freeBytes = freeBytesOf }: RewriteOptions,
): Promise<void> {
  const answer = await connection.runAndReadAll(
    `select block_size * used_blocks from pragma_database_size() where database_name = '${catalog}'`,
  );
  const needed = Number(answer.getRows()[0]?.[0] ?? 0) * roomShare + roomBytesMin;
  const free = await freeBytes(dirname(path));
  if (free < needed)
    throw new WarehouseError(
      `There is no room for a new copy of ${path}: the copy takes ${Math.ceil(needed / 2 ** 20)} MB, and ${Math.floor(free / 2 ** 20)} MB are free. ${roomIsNeeded}`,
    );
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * A purge that root runs makes a file of root's, which the next sync of another user could not write. A group that is not the user's
 * own can't be kept: then the file's group loses its rights.
 */
async function keepOwner(freshPath: string, mode: number, uid: number, gid: number): Promise<void> {
  const own = await stat(freshPath);
  if (own.uid === uid && own.gid === gid) return;
  await chown(freshPath, uid, gid).catch(async (error: unknown) => {
    if (own.uid !== uid) throw error;
    await setMode(freshPath, mode & ~groupRights);
  });
}

const unfinished = "Removed rows can still be found in the file's free blocks";
const roomIsNeeded = `${unfinished}: free some space, and run \`purge\` again: it continues and rewrites the file.`;

/** The error of a purge that had to stop: what is left behind, and what to do. @param how what could not be done with the file */
export function stoppedError(how: "written to" | "rewritten", error: unknown, path: string): WarehouseError {
  const cause = error instanceof WarehouseError ? error.cause : error;
  const reason = messageOf(cause)
    .split("\n")[0]
    ?.replace(/[. ]+$/, "");
  const isFull = /ENOSPC|EDQUOT|No space left|not enough space/i.test(`${systemCodeOf(cause)} ${reason}`);
  const next = isFull
    ? roomIsNeeded
    : `${unfinished}. Once the cause is gone, run \`purge\` again: it continues and rewrites the file.`;
  return new WarehouseError(`${path} could not be ${how}: ${reason}. The file is whole. ${next}`, { cause });
}
