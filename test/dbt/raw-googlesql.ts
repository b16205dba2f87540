import { type ColumnType, rawTables } from "../../loader/load/raw-tables.ts";
import { type GoogleSqlColumn, type GoogleSqlTable, googleSqlTypes } from "./googlesql.ts";

/** The types of the raw tables' columns, as the analyzer knows them. */
export const rawColumnTypes = {
  text: googleSqlTypes.STRING,
  timestamp: googleSqlTypes.TIMESTAMP,
  integer: googleSqlTypes.INT64,
  boolean: googleSqlTypes.BOOL,
  json: googleSqlTypes.JSON,
} as const satisfies Record<ColumnType, GoogleSqlColumn["type"]>;

/** The raw tables for the analyzer. @param dataset with its project: `project.raw` */
export function rawTablesIn(dataset: string): GoogleSqlTable[] {
  return rawTables.map((table) => ({
    name: `${dataset}.${table.name}`,
    columns: table.columns.map(({ name, type }) => ({ name, type: rawColumnTypes[type] })),
  }));
}
