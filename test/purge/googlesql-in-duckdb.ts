import type { DuckDBConnection } from "@duckdb/node-api";
import type { Json } from "../fake/bigquery/body.ts";

/** Functions that GoogleSQL names differently, or defines differently under the same name. */
const macros: readonly string[] = [
  "create temp macro google_json_value(document, path) as document->>path",
  "create temp macro google_to_json_string(document) as coalesce(cast(document as varchar), 'null')",
  "create temp macro google_parse_json(words) as cast(words as json)",
  "create temp macro google_regexp_replace(words, pattern, other) as regexp_replace(words, pattern, other, 'g')",
  "create temp macro google_unix_seconds(instant) as cast(floor(epoch(instant)) as bigint)",
  "create temp macro google_div(number, other) as number // other",
  // DuckDB's own concat skips nulls.
  "create temp macro google_concat(a, b, c := '', d := '', e := '') as a || b || c || d || e",
];

/** Statements of a purge in GoogleSQL, run over the tables of a DuckDB file that is attached as `bigquery`. */
export async function googleSqlRunner(
  connection: DuckDBConnection,
): Promise<(sql: string) => Promise<readonly Json[]>> {
  for (const macro of macros) await connection.run(macro);
  return async (sql) => {
    const reader = await connection.runAndReadAll(inDuckDb(sql));
    if (!/^\s*(select|with)\b/i.test(sql)) return [];
    return reader.getRowObjects().map((row) => Object.fromEntries(Object.entries(row).map(withNumbers)));
  };
}

function inDuckDb(sql: string): string {
  return (
    sql
      .replaceAll(
        /`[^`]*\.(\w+)\.INFORMATION_SCHEMA\.(\w+)`/g,
        "(select * from information_schema.$2 where table_schema = '$1' and table_catalog = 'bigquery')",
      )
      .replaceAll(/`[^`]*\.(\w+)\.(\w+)`/g, "bigquery.$1.$2")
      .replaceAll(/options \(expiration_timestamp = .*?\)\)/gs, "")
      .replaceAll(
        /json_value\(entry, '\$\.id'\) as (\w+) from (\S+) cross join unnest\(json_query_array\(payload, '([^']*)'\)\) as entry/g,
        "unnest(json_extract_string(payload, '$3[*].id')) as $1 from $2",
      )
      .replaceAll(/(\S+) in unnest\((regexp_extract_all\(.*\))\)/g, "list_contains($2, $1)")
      .replaceAll(/(unnest\(regexp_extract_all\(.*\)\)) as (\w+)/g, "$1 as listed($2)")
      .replaceAll(/\b(json_value|to_json_string|parse_json|regexp_replace|unix_seconds|div)\(/g, "google_$1(")
      // There sha256 gives bytes, here their digits.
      .replaceAll("to_hex(sha256(", "(sha256(")
      .replaceAll(/\br'/g, "'")
  );
}

function withNumbers([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  return [name, typeof value === "bigint" ? Number(value) : value];
}
