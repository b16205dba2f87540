import type { SqlDialect } from "../../sql.ts";
import type { ColumnType } from "../raw-tables.ts";

/** BigQuery's names for the columns' types, as its API spells them. */
export const columnTypes: Readonly<Record<ColumnType, string>> = {
  text: "STRING",
  timestamp: "TIMESTAMP",
  integer: "INTEGER",
  boolean: "BOOLEAN",
  json: "JSON",
};

/** A name of several parts: project, dataset, table. */
export function qualified(...parts: readonly string[]): string {
  return `\`${parts.join(".")}\``;
}

/** A text as a literal, which may not span lines, and has to be Unicode. */
export function text(value: string): string {
  const escaped = value
    .toWellFormed()
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `'${escaped}'`;
}

/** A moment (whole epoch seconds) as a constant: BigQuery skips partitions for constants alone. */
export function timestamp(epochSeconds: number): string {
  return `timestamp '${new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace("T", " ")}+00'`;
}

export function dialectOf(project: string): SqlDialect {
  return {
    table: (dataset, name) => qualified(project, dataset, name),
    textType: "string",
    text,
    timestamp,
    // Rows come in by load jobs, which take times as text.
    insertable: (moment) => `format_timestamp('%Y-%m-%dT%H:%M:%SZ', ${moment})`,
    jsonText: (column, path) => `json_value(${column}, '${path}')`,
    jsonWhole: (column) => `to_json_string(${column})`,
    json: (value) => `parse_json(${value})`,
    rowJson: (alias, instants) => {
      const seconds = instants.map((name) => `unix_seconds(${alias}.${name}) as ${name}`);
      return `to_json_string((select as struct ${alias}.* replace (${seconds.join(", ")})))`;
    },
    eachId: (table, path, name) =>
      `(select _workspace_id, id, json_value(entry, '$.id') as ${name} from ${table} cross join unnest(json_query_array(payload, '${path}')) as entry)`,
    sha256: (value) => `to_hex(sha256(${value}))`,
    replaced: (value, pattern, by) => `regexp_replace(${value}, r'${pattern}', '${by}')`,
    eachMatch: (value, pattern, name) => `unnest(regexp_extract_all(${value}, r'${pattern}')) as ${name}`,
    isMatch: (value, searched, pattern) => `${value} in unnest(regexp_extract_all(${searched}, r'${pattern}'))`,
  };
}
