import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type ColumnType, type RawTableName, rawTables } from "../../../loader/load/raw-tables.ts";
import type { Json } from "../../fake/bigquery/body.ts";

const types: Readonly<Record<ColumnType, string>> = {
  text: "varchar",
  timestamp: "timestamp",
  integer: "bigint",
  boolean: "boolean",
  json: "json",
};

export type RowsInDuckDbOptions = {
  readonly schema: string;
  /** The wanted raw tables; all when left out. */
  readonly tables?: readonly RawTableName[];
  readonly isWithPayload: boolean;
};

/** Lends a connection to a DuckDB in memory whose raw tables have the given rows, as they were sent to BigQuery. */
export async function withRowsInDuckDb<T>(
  rowsOf: (table: RawTableName) => readonly Json[] | Promise<readonly Json[]>,
  options: RowsInDuckDbOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(`create schema ${options.schema}`);
    for (const { name, columns } of rawTables) {
      if (options.tables !== undefined && !options.tables.includes(name)) continue;
      const wanted = columns.filter(({ type }) => options.isWithPayload || type !== "json");
      const shape = JSON.stringify([Object.fromEntries(wanted.map(({ name: column }) => [column, "VARCHAR"]))]);
      const typed = wanted.map(({ name: column, type }) => `cast(entry.${column} as ${types[type]}) as ${column}`);
      await connection.run(
        `create table ${options.schema}.${name} as select ${typed.join(", ")}
         from (select unnest(from_json(cast($rows as json), '${shape}')) as entry)`,
        { rows: JSON.stringify(await rowsOf(name)) },
      );
    }
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
