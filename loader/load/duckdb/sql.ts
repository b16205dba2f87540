import type { SqlDialect } from "../../sql.ts";
import type { ColumnType } from "../raw-tables.ts";

/** The file's name among DuckDB's databases: of our own, since the file may be named like a schema (intercom.duckdb). */
export const catalog = "warehouse";

/** DuckDB's names for the columns' types. */
export const columnTypes: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  timestamp: "TIMESTAMP",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  json: "JSON",
};

/** A name as DuckDB takes it, whatever characters it has. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A name of several parts: catalog, schema, table. */
export function qualified(...parts: readonly string[]): string {
  return parts.map(identifier).join(".");
}

/** A text as a literal. A statement ends at a NUL, so the text is put together around it. */
export function text(value: string): string {
  const literal = `'${value.replaceAll("'", "''")}'`;
  return value.includes("\0") ? `(${literal.replaceAll("\0", "' || chr(0) || '")})` : literal;
}

/** A moment (epoch seconds, to the microsecond) as a literal. */
export function timestamp(epochSeconds: number): string {
  return `make_timestamp(${Math.round(epochSeconds * 1_000_000)})`;
}

export const dialect: SqlDialect = {
  table: (schema, name) => qualified(catalog, schema, name),
  textType: "varchar",
  text,
  timestamp,
  insertable: (moment) => moment,
  jsonText: (column, path) => `(${column}->>'${path}')`,
  jsonWhole: (column) => `cast(${column} as varchar)`,
  json: (value) => `cast(${value} as json)`,
  rowJson: (alias) => `cast(to_json(${alias}) as varchar)`,
  // Unnested in place: a join with the column's entries would keep all payloads in memory.
  eachId: (table, path, name) =>
    `(select _workspace_id, id, unnest(json_extract_string(payload, '${path}[*].id')) as ${name} from ${table})`,
  sha256: (value) => `sha256(${value})`,
  replaced: (value, pattern, by) => `regexp_replace(${value}, '${pattern}', '${by}', 'g')`,
  eachMatch: (value, pattern, name) => `unnest(regexp_extract_all(${value}, '${pattern}')) as listed(${name})`,
  isMatch: (value, searched, pattern) => `list_contains(regexp_extract_all(${searched}, '${pattern}'), ${value})`,
};
