import { chmod, open, realpath, rename, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ConfigError, messageOf, WarehouseError } from "../errors.ts";
import { isOutOfMemory, openError } from "./duckdb-errors.ts";
import { catalog, quoted, rowsPerGroup } from "./duckdb-session.ts";

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
/** Doubled as long as it is too little: the copy is one transaction, and takes some more of a very large file. */
const memoryMegabytesMin = 128;
const memoryMegabytesMax = 4096;
/** Small row groups and half-full blocks: the new file may take a little more than what the old one uses. */
const roomShare = 1.2;
const roomBytesMin = 16 * 2 ** 20;

/**
 * Writes a DuckDB file anew, with everything that is in it and nothing that was. The old file stays what it is until the new
 * one is whole and on disk, and takes its place in one step; until then this process holds it for reading, so that nobody
 * writes into what is about to be replaced.
 * Errors: ConfigError when another process has the file; WarehouseError, among others when the disk has no room. The old file
 * is as it was.
 */
export async function rewriteDuckDb(
  options: RewriteOptions,
): Promise<{ readonly bytesBefore: number; readonly bytesAfter: number }> {
  const path = await realpath(options.path);
  const freshPath = path + freshSuffix;
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: `${memoryMegabytesMin}MB`,
    preserve_insertion_order: "false",
    temp_directory: join(options.stateDirectory, `duckdb-overflow-${process.pid}`),
  });
  const connection = await instance.connect();
  try {
    await removeFresh(freshPath);
    await connection.run(`attach ${quoted(path)} as ${catalog} (read_only)`).catch(async (error: unknown) => {
      throw await openError(error, options);
    });
    await checkLog(path);
    await checkRoom(connection, path, options);
    try {
      await copyWithRoom(connection, freshPath, options.leftOut);
      const { mode } = await stat(path);
      await chmod(freshPath, mode);
      await synced(freshPath);
      const [before, after] = [await stat(path), await stat(freshPath)];
      await rename(freshPath, path);
      await synced(dirname(path));
      return { bytesBefore: before.size, bytesAfter: after.size };
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

async function copyWithRoom(connection: DuckDBConnection, freshPath: string, leftOut: string): Promise<void> {
  for (let megabytes = memoryMegabytesMin; ; megabytes *= 2) {
    try {
      await connection.run(`set memory_limit = '${megabytes}MB'`);
      await copy(connection, freshPath, leftOut);
      return;
    } catch (error) {
      if (!isOutOfMemory(error) || megabytes >= memoryMegabytesMax) throw error;
      await connection.run(`detach database if exists ${fresh}`);
      await removeFresh(freshPath);
    }
  }
}

async function copy(connection: DuckDBConnection, freshPath: string, leftOut: string): Promise<void> {
  const version = await storageVersion(connection);
  await connection.run(
    `attach ${quoted(freshPath)} as ${fresh} (row_group_size ${rowsPerGroup}, storage_version '${version}')`,
  );
  await connection.run(`copy from database ${catalog} to ${fresh}`);
  await connection.run(`drop table if exists ${leftOut.replace(`"${catalog}"`, fresh)}`);
  await checkCopy(connection, leftOut);
  await connection.run(`checkpoint ${fresh}`);
  await connection.run(`detach ${fresh}`);
}

/** The format that the file is in: in an older one it would be several times as large, and in a newer one not be readable. */
async function storageVersion(connection: DuckDBConnection): Promise<string> {
  const answer = await connection.runAndReadAll(
    `select tags['storage_version'] from duckdb_databases() where database_name = '${catalog}'`,
  );
  // "v1.2.0+": that version and those after it can read it.
  return String(answer.getRows()[0]?.[0]).replace(/\+$/, "");
}

/** Each table has as many rows as before, each view is there: nothing takes the old file's place that lacks something. */
async function checkCopy(connection: DuckDBConnection, leftOut: string): Promise<void> {
  const read = async (sql: string): Promise<string[]> =>
    (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String).join("."));
  const contents = async (database: string): Promise<string> => {
    const tables = await read(
      `select format('"{}"."{}"', replace(schema_name, '"', '""'), replace(table_name, '"', '""'))
       from duckdb_tables() where database_name = '${database}' order by all`,
    );
    const kept = tables.filter((table) => `"${catalog}".${table}` !== leftOut);
    const views = await read(
      `select schema_name, view_name from duckdb_views() where database_name = '${database}' and not internal order by all`,
    );
    const rows: string[] = [];
    for (const table of kept) rows.push(`${table} ${await read(`select count(*) from ${database}.${table}`)}`);
    return [...rows, ...views].join("\n");
  };
  if ((await contents(catalog)) !== (await contents(fresh))) throw new Error("the copy is not what the file is");
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
