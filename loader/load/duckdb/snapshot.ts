import { createHash } from "node:crypto";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ConfigError, messageOf, WarehouseError } from "../../errors.ts";
import { type Readers, readersModes, setMode } from "../../private-files.ts";
import { processName } from "../../process-place.ts";
import { removeKilled, unfinishedPath } from "../../unfinished.ts";
import { makeFolder, synced } from "../disk.ts";
import { checkFile, checkWarehouse, openError, troubleOf } from "./errors.ts";
import type { MartsOptions } from "./marts.ts";
import { overflowFolder } from "./overflow.ts";
import { placeOf } from "./readers-file.ts";
import { catalog, identifier, qualified, text } from "./sql.ts";

export type SnapshotOptions = MartsOptions & {
  /** Memory of the copy, as DuckDB writes it. */
  readonly memoryLimit: string;
  /** The file that readers open. */
  readonly output: string;
  /** Whether a warehouse without marts is no error. */
  readonly isOptional: boolean;
  /** Who may read the file, and the Parquet files. */
  readonly readers: Readers;
  /** The loader's version, which the snapshot tells. */
  readonly version: string;
};

export type Snapshot = {
  /** False when the file had today's marts already, and was left as it is. */
  readonly isNew: boolean;
  readonly marts: number;
  readonly bytes: number;
};

const fresh = "fresh";
const storageVersion = "v1.2.0";

/**
 * Copies the marts, views included, with their descriptions into a DuckDB file of their own. Readers may hold that file for as
 * long as they like: the next snapshot replaces it in one step, and they keep the old one until they open it again. A file
 * whose marts are those of the warehouse stays as it is. Returns undefined where there are no marts, and none are needed.
 * Errors: ConfigError when there is no warehouse, when another process holds it, or when another file is in the place.
 * WarehouseError when no marts are built, or when the file can't be written. The earlier snapshot stays then.
 */
export async function writeSnapshot(options: SnapshotOptions): Promise<Snapshot | undefined> {
  const { path, isOptional } = options;
  if (isOptional && (await checkFile(path)) !== "DuckDB") return undefined;
  await checkWarehouse(path);
  const { place, found } = await placeOf(options.output, path);
  if ("error" in found) throw found.error;
  const instance = await DuckDBInstance.create(":memory:", {
    memory_limit: options.memoryLimit,
    temp_directory: await overflowFolder(options.stateDirectory, path),
  });
  const connection = await instance.connect();
  try {
    await attach(connection, options);
    const marts = await martsIn(connection, options);
    if (marts.length === 0 && isOptional) return undefined;
    if (marts.length === 0)
      throw new WarehouseError(
        `${path} has no marts in the schema ${options.martsDataset} yet: run \`make build\`, or check MARTS_DATASET.`,
      );
    const descriptions = await commentsOf(connection, options);
    const madeOf = await fingerprint(connection, options, marts, descriptions);
    const isNew = madeOf === undefined || found.kind === "nothing" || found.madeOf !== madeOf;
    if (isNew) await replace(connection, { ...options, output: place }, marts, descriptions, madeOf);
    else await setMode(place, readersModes[options.readers].file);
    return { isNew, marts: marts.length, bytes: (await stat(place)).size };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/**
 * Writes each mart of a snapshot as `<folder>/<mart>.parquet`. Each file is replaced once all are written.
 * Errors: ConfigError when the folder is something else; WarehouseError when a file can't be written.
 */
export async function writeParquet(options: SnapshotOptions, folder: string): Promise<number> {
  const { output, martsDataset, memoryLimit, readers } = options;
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === false)
    throw new ConfigError(`${folder} is not a folder: name one by --parquet.`);
  const instance = await DuckDBInstance.create(output, { access_mode: "READ_ONLY", memory_limit: memoryLimit });
  const connection = await instance.connect();
  const suffix = `.${await processName()}.new`;
  let isReplacing = false;
  try {
    await makeReadersFolder(folder, readers);
    const names = await texts(
      connection,
      `select table_name from duckdb_tables() where database_name = current_database() and schema_name = ${text(martsDataset)}`,
    );
    const files = names.map(([name = ""]) => ({ name, file: join(folder, `${name}.parquet`) }));
    await removeKilled(
      folder,
      files.map(({ file }) => basename(file)),
    );
    for (const { name, file } of files) {
      await connection.run(
        `copy ${qualified(martsDataset, name)} to ${text(file + suffix)} (format parquet, compression zstd)`,
      );
      await setMode(file + suffix, readersModes[readers].file);
    }
    isReplacing = true;
    for (const { file } of files) await rename(file + suffix, file);
    return files.length;
  } catch (error) {
    for (const name of await readdir(folder).catch(() => []))
      if (name.endsWith(`.parquet${suffix}`)) await rm(join(folder, name), { force: true });
    throw notWritten(
      error,
      folder,
      isReplacing ? "The files there are of two snapshots" : "Files there stay as they are",
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Makes a folder that is missing, which readers may enter. A folder that is there stays as it is: it may be yours. */
async function makeReadersFolder(folder: string, readers: Readers): Promise<void> {
  if ((await stat(folder).catch(() => undefined)) !== undefined) return;
  makeFolder(folder);
  await setMode(folder, readersModes[readers].folder);
}

type Mart = { readonly name: string; readonly isView: boolean };

async function attach(connection: DuckDBConnection, options: MartsOptions): Promise<void> {
  await connection.run(`attach ${text(options.path)} as ${catalog} (read_only)`).catch(async (error: unknown) => {
    throw await openError(error, options);
  });
}

async function martsIn(connection: DuckDBConnection, { martsDataset }: MartsOptions): Promise<readonly Mart[]> {
  const rows = await texts(
    connection,
    `select table_name, table_type = 'VIEW' from information_schema.tables
     where table_catalog = '${catalog}' and table_schema = ${text(martsDataset)} order by all`,
  );
  return rows.map(([name = "", isView]) => ({ name, isView: isView === "true" }));
}

/** What the marts are made of: another text when a build gave one of them other rows. Undefined when no build says so. */
async function fingerprint(
  connection: DuckDBConnection,
  { martsDataset, version }: SnapshotOptions,
  marts: readonly Mart[],
  descriptions: string,
): Promise<string | undefined> {
  const builds = qualified(catalog, `${martsDataset}_builds`, "builds");
  const rows = await texts(
    connection,
    `select md5(string_agg(node || ' ' || made_of, ',' order by node)) from (
       select node, arg_max(concat_ws(' ', coalesce(inputs, ''), coalesce(rows_version, '')), recorded_in) as made_of
       from ${builds} where node <> '*' group by node
     )`,
  ).catch(() => []);
  const [[builtFrom] = []] = rows;
  if (builtFrom === undefined || builtFrom === "null") return undefined;
  const described = createHash("md5").update(descriptions).digest("hex");
  return `${version} ${builtFrom} ${described} ${marts.map(({ name, isView }) => `${name}${isView ? "*" : ""}`).join(" ")}`;
}

async function replace(
  connection: DuckDBConnection,
  options: SnapshotOptions,
  marts: readonly Mart[],
  descriptions: string,
  madeOf: string | undefined,
): Promise<void> {
  const { output, martsDataset, version, readers } = options;
  let freshPath: string | undefined;
  try {
    await makeReadersFolder(dirname(output), readers);
    freshPath = await unfinishedPath(output);
    await connection.run(`attach ${text(freshPath)} as ${fresh} (storage_version '${storageVersion}')`);
    // Before the file has anything that other users may not read.
    await setMode(freshPath, readersModes[readers].file);
    await connection.run(`create schema if not exists ${fresh}.${identifier(martsDataset)}`);
    for (const { name } of marts)
      await connection.run(
        `create table ${qualified(fresh, martsDataset, name)} as from ${qualified(catalog, martsDataset, name)}`,
      );
    await connection.run(descriptions);
    await connection.run(
      `create table ${fresh}.main.snapshot as select now()::timestamp as made_at, ${text(version)} as loader_version,
         ${madeOf === undefined ? "null::varchar" : text(madeOf)} as made_of`,
    );
    await connection.run(`checkpoint ${fresh}`);
    await connection.run(`detach ${fresh}`);
    await synced(freshPath);
    // A reader that opened the old file to write may have left a log, which would be taken for the new file's.
    await rm(`${output}.wal`, { force: true });
    await rename(freshPath, output);
    await synced(dirname(output));
  } catch (error) {
    await connection.run(`detach ${fresh}`).catch(() => undefined);
    if (freshPath !== undefined) for (const name of [freshPath, `${freshPath}.wal`]) await rm(name, { force: true });
    throw notWritten(error, output, "An earlier file stays");
  }
}

/** The statements that give the new tables and columns the descriptions of the marts. */
async function commentsOf(connection: DuckDBConnection, { martsDataset }: MartsOptions): Promise<string> {
  const here = `database_name = '${catalog}' and schema_name = ${text(martsDataset)} and comment is not null`;
  const rows = await texts(
    connection,
    `select table_name, '', comment from duckdb_tables() where ${here}
     union all select view_name, '', comment from duckdb_views() where ${here}
     union all select table_name, column_name, comment from duckdb_columns() where ${here} order by all`,
  );
  const statements = rows.map(([table = "", column = "", comment = ""]) => {
    const name = qualified(fresh, martsDataset, table);
    return column === ""
      ? `comment on table ${name} is ${text(comment)};`
      : `comment on column ${name}.${identifier(column)} is ${text(comment)};`;
  });
  return `begin; ${statements.join("\n")} commit;`;
}

function notWritten(error: unknown, path: string, what: string): WarehouseError {
  const [line = ""] = messageOf(error).split("\n");
  const reason =
    troubleOf(error, path) === "full" ? "the disk is full. Free some space, and run again" : line.replace(/\.$/, "");
  return new WarehouseError(`${path} can't be written: ${reason}. ${what}.`, { cause: error });
}

async function texts(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  return (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String));
}
