import type { DuckDBConnection } from "@duckdb/node-api";
import { type ColumnType, type RawRow, type RawTableName, rawTables } from "../../loader/load/raw-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";

const duckdbTypes: Readonly<Record<ColumnType, string>> = {
  text: "varchar",
  timestamp: "timestamp",
  integer: "bigint",
  boolean: "boolean",
  json: "json",
};

/** Rows by raw table; columns left out are null, an object is stored as JSON, times are `YYYY-MM-DD HH:MM:SS`. */
export type RawRows = Readonly<Partial<Record<RawTableName, readonly RawRow[]>>>;

/** Makes a DuckDB file with every raw table in `intercom_raw`, holding these rows, and closes it. */
export async function makeRawWarehouse(path: string, rows: RawRows): Promise<void> {
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema intercom_raw");
    for (const table of rawTables) {
      const columns = table.columns.map((column) => `${column.name} ${duckdbTypes[column.type]}`);
      await connection.run(`create table intercom_raw.${table.name} (${columns.join(", ")})`);
      for (const row of rows[table.name] ?? []) await insertRow(connection, table.name, row);
    }
  });
}

/** Rows of a query, in the shape that DuckDB gives them in JSON (64-bit integers as text). */
export async function readRows(path: string, sql: string): Promise<unknown[]> {
  return withDuckDb(path, async (connection) => (await connection.runAndReadAll(sql)).getRowObjectsJson());
}

/** Adds a row to a raw table. */
export async function insertRow(connection: DuckDBConnection, table: RawTableName, row: RawRow): Promise<void> {
  const names = Object.keys(row);
  const values = Object.values(row).map((value) => {
    if (value === null) return null;
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  });
  const parameters = names.map((_, index) => `$${index + 1}`);
  await connection.run(
    `insert into intercom_raw.${table} (${names.join(", ")}) values (${parameters.join(", ")})`,
    values,
  );
}
