import { chmod, chown, open, realpath, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ConfigError, messageOf, WarehouseError } from "../../errors.ts";
import { copyDatabase } from "./copy.ts";
import { isOutOfMemory, openError } from "./errors.ts";
import { overflowFolder } from "./overflow.ts";
import { rowsPerGroup } from "./session.ts";
import { catalog, text } from "./sql.ts";

export type RewriteOptions = {
  readonly path: string;
  readonly stateDirectory: string;
  /** Full name of a table of the file that the new one is not to have. */
  readonly leftOut: string;
  /** Bytes free in a folder; found out unless told. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/** The name of the new file while it is written; one that a killed purge left is replaced. */
const freshSuffix = ".purge";
const fresh = "fresh";
/** With half as much more as long as it is too little. */
const memoryMegabytesMin = 96;
const memoryMegabytesMax = 4096;
/** Small row groups and half-full blocks: the new file may take a little more than what the old one uses. */
const roomShare = 1.2;
const roomBytesMin = 16 * 2 ** 20;

/**
 * Writes a DuckDB file anew, with everything that is in it and nothing that was. The old file stays what it is until the new
 * one is whole and on disk, and takes its place in one step; until then this process holds it for reading, so that nobody
 * writes into what is about to be replaced.
 * Errors: ConfigError when another process has the file; WarehouseError, among others when the disk has no room. The old file
 * is as it was. Returns sizes in bytes, and how many other names the old file has, under which it stays.
 */
export async function rewriteDuckDb(
  options: RewriteOptions,
): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number; readonly otherNames: number }> {
  const path = await realpath(options.path);
  const freshPath = path + freshSuffix;
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
    await removeFresh(freshPath);
    await connection.run(`attach ${text(path)} as ${catalog} (read_only)`).catch(async (error: unknown) => {
      throw await openError(error, options);
    });
    await checkLog(path);
    await checkRoom(connection, path, options);
    try {
      const { mode, uid, gid } = await stat(path);
      await copy(connection, freshPath, mode, options.leftOut);
      await keepOwner(freshPath, uid, gid);
      await synced(freshPath);
      const [before, after] = [await stat(path), await stat(freshPath)];
      await rename(freshPath, path);
      await synced(dirname(path));
      return { bytesBefore: before.size, bytesAfter: after.size, otherNames: before.nlink - 1 };
    } catch (error) {
      await connection.run(`detach ${fresh}`).catch(() => undefined);
      await removeFresh(freshPath);
      throw stoppedError("written anew", error, path);
    }
  } finally {
    // Only now: who had opened the old file by its name before the new one took it has been refused meanwhile.
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
  // Before there is anything in it that somebody else may not read.
  await chmod(freshPath, mode);
  const withRoom = (sql: string): Promise<void> => runWithRoom(connection, sql);
  await copyDatabase(connection, { from: catalog, to: fresh, leftOut: leftOut.replace(`"${catalog}".`, ""), withRoom });
  await withRoom(`checkpoint ${fresh}`);
  await connection.run(`detach ${fresh}`);
}

/** A statement that leaves nothing when it fails. */
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

/** The format that the file is in: in an older one it would be several times as large, and in a newer one not be readable. */
async function storageVersion(connection: DuckDBConnection): Promise<string> {
  const answer = await connection.runAndReadAll(
    `select tags['storage_version'] from duckdb_databases() where database_name = '${catalog}'`,
  );
  // "v1.2.0+": that version and those after it can read it.
  return String(answer.getRows()[0]?.[0]).replace(/\+$/, "");
}

/** A log beside the file would be taken for the new file's. There is none unless somebody else wrote into it just now. */
async function checkLog(path: string): Promise<void> {
  const log = await stat(`${path}.wal`).catch(() => undefined);
  if (log === undefined || log.size === 0) return;
  throw new ConfigError(
    `Another process has written into ${path} meanwhile: what is purged is removed, but may still be found in the file's free blocks. Run \`purge\` again, which writes the file anew.`,
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
      `There is no room for a new copy of ${path}: it takes ${Math.ceil(needed / 2 ** 20)} MB, and ${Math.floor(free / 2 ** 20)} MB are free. ${unfinished}`,
    );
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Run by root, the file would be root's, and the next sync could not write it. */
async function keepOwner(freshPath: string, uid: number, gid: number): Promise<void> {
  const own = await stat(freshPath);
  if (own.uid !== uid || own.gid !== gid) await chown(freshPath, uid, gid);
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeFresh(freshPath: string): Promise<void> {
  for (const name of [freshPath, `${freshPath}.wal`]) await rm(name, { force: true });
}

const unfinished =
  "What was removed so far may still be found in the file's free blocks: free some space, and run `purge` again, which goes on and writes the file anew.";

/** A purge that could not go on → what is left behind, and what to do. @param how what could not be done with the file */
export function stoppedError(how: "written to" | "written anew", error: unknown, path: string): WarehouseError {
  const cause = error instanceof WarehouseError ? error.cause : error;
  const reason = messageOf(cause)
    .split("\n")[0]
    ?.replace(/[. ]+$/, "");
  return new WarehouseError(`${path} could not be ${how}: ${reason}. The file is whole. ${unfinished}`, { cause });
}
