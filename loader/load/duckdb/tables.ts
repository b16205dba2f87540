import { type Column, type ColumnType, type RawTable, rawTables } from "../raw-tables.ts";

/** DuckDB's names for the columns' types. */
export const duckdbTypes: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  timestamp: "TIMESTAMP",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  json: "JSON",
};

/**
 * How columns are compressed. Left to itself, DuckDB tries every way on every row group, and none of those that it tries for
 * text makes anything of payloads longer than 4 KB. What is named must be known to every format of its files that may come
 * (dictionary is not).
 */
const compressions: Readonly<Partial<Record<ColumnType, string>>> = {
  text: "zstd",
  timestamp: "bitpacking",
  json: "zstd",
};

/**
 * The statements that make the raw tables that are missing, and the columns that an older version did not have.
 * @param present the columns that are there, by table
 */
export function missingDefinitions(present: ReadonlyMap<string, readonly string[]>): string[] {
  return rawTables.flatMap((table) => {
    const columns = present.get(table.name);
    return columns === undefined ? [tableDefinition(table)] : missingColumns(table, columns);
  });
}

function tableDefinition({ name, columns }: RawTable): string {
  return `create table ${identifier(name)} (${columns.map(columnDefinition).join(", ")})`;
}

/** What an older version of the table lacks. */
function missingColumns({ name, columns }: RawTable, present: readonly string[]): string[] {
  return columns
    .filter((column) => !present.includes(column.name))
    .map((column) => `alter table ${identifier(name)} add column ${columnDefinition(column)}`);
}

function columnDefinition({ name, type }: Column): string {
  const compression = compressions[type];
  return `${name} ${duckdbTypes[type]}${compression === undefined ? "" : ` using compression ${compression}`}`;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
