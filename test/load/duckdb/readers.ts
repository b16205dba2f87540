import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { readDuckDb, withDuckDb } from "../../tools/duckdb-file.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { loader } from "../../tools/loader-process.ts";

/** A warehouse with one mart, made by hand: no build says what it was made of. */
export async function handMade(context: TestContext) {
  const folder = temporaryFolder(context);
  const path = join(folder, "made.duckdb");
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema intercom");
    await connection.run("create table intercom.conversations as select 1 as conversation_id, 'x' as title");
  });
  const run = () => loader(["snapshot"], { DUCKDB_PATH: path, STATE_DIR: folder });
  return { folder, path, output: join(folder, "made-marts.duckdb"), run };
}

export function filesBeside(path: string): string[] {
  return readdirSync(join(path, ".."))
    .filter((name) => name.includes("duckdb"))
    .toSorted();
}

export async function conversationsIn(path: string): Promise<number> {
  const counted = await readDuckDb(path, (connection) =>
    connection.runAndReadAll("select count(*)::integer from intercom.conversations"),
  );
  return Number(counted.getRows()[0]?.[0]);
}

export async function tablesOf(path: string): Promise<string[]> {
  const tables = await readDuckDb(path, (connection) =>
    connection.runAndReadAll("select schema_name || '.' || table_name from duckdb_tables() order by 1"),
  );
  return tables.getRows().map(([name]) => String(name));
}

export async function commentsOf(path: string): Promise<unknown[]> {
  const comments = await readDuckDb(path, (connection) =>
    connection.runAndReadAll(
      `select table_name, column_name, comment from duckdb_columns() where schema_name = 'intercom' and comment is not null
       union all select table_name, '', comment from duckdb_tables() where schema_name = 'intercom'
       union all select view_name, '', comment from duckdb_views() where schema_name = 'intercom' order by all`,
    ),
  );
  return comments.getRows();
}
