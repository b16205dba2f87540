import { rawTables } from "../../../loader/load/raw-tables.ts";
import { withRowsInDuckDb } from "../../load/bigquery/rows-in-duckdb.ts";
import type { Json } from "./body.ts";

const schema = "double";
/** What BigQuery has and DuckDB has under another name. */
const macros = [
  "unix_seconds(instant) as cast(floor(epoch(instant)) as bigint)",
  "unix_millis(instant) as epoch_ms(instant)",
  "format_timestamp(format, instant) as strftime(instant, replace(format, '%E6S', '%S.%f'))",
  "to_json_string(value) as cast(value as varchar)",
  "json_query_array(list) as if(json_type(list) = 'ARRAY', json_extract(list, '$[*]'), null)",
];

/**
 * Answers one of the loader's queries over the double's rows: DuckDB runs it, after what the two dialects write
 * differently has been rewritten. Another query than the loader's may fail.
 */
export async function answerSql(
  sql: string,
  parameters: Readonly<Record<string, string>>,
  rowsOf: (table: string) => readonly Json[],
): Promise<readonly Json[]> {
  const tables = rawTables.map(({ name }) => name).filter((name) => sql.includes(`.${name}\``));
  const isWithPayload = /\b(payload|monitor_evaluations|scorecards)\b/.test(sql);
  return withRowsInDuckDb(rowsOf, { schema, tables, isWithPayload }, async (connection) => {
    for (const macro of macros) await connection.run(`create macro ${macro}`);
    const reader = await connection.runAndReadAll(inDuckDb(sql, parameters));
    return reader.getRowObjects().map((row) => Object.fromEntries(Object.entries(row).map(withNumbers)));
  });
}

/** The table of a statement that removes rows of loads, and a query of these loads' ids; undefined for other statements. */
export function removalOf(sql: string): { readonly table: string; readonly query: string } | undefined {
  const [, name = "", condition = ""] = /^delete from (`[^`]*`) where (_load_id not in .*)$/s.exec(sql) ?? [];
  const table = /\.([^.`]+)`$/.exec(name)?.[1];
  return table === undefined ? undefined : { table, query: `select _load_id from ${name} where ${condition}` };
}

function inDuckDb(sql: string, parameters: Readonly<Record<string, string>>): string {
  return (
    sql
      .replaceAll(/`[^`]*\.([^.`]+)`/g, `${schema}.$1`)
      .replaceAll(/array_agg\((\w+) order by ([^()]*?) limit 1\)\[offset\(0\)\]/g, "first($1 order by $2)")
      .replaceAll(
        /array_agg\(([\w.]+) ignore nulls order by ([^()]*?) limit 1\)\[safe_offset\(0\)\]/g,
        "first($1 order by $2) filter ($1 is not null)",
      )
      .replaceAll(/timestamp_add\((\w+), (interval \d+ second)\)/g, "($1 + $2)")
      .replaceAll(/unnest\(split\((@\w+)\)\)/g, "(select unnest(string_split($1, ',')))")
      // There sha256 gives bytes, here their digits.
      .replaceAll("to_hex(sha256(", "(sha256(")
      .replaceAll(/@(\w+)/g, (_match, name: string) => `'${(parameters[name] ?? "").replaceAll("'", "''")}'`)
  );
}

function withNumbers([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  return [name, typeof value === "bigint" ? Number(value) : value];
}
