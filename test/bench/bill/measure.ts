import { readFile } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { readDuckDb } from "../../tools/duckdb-file.ts";
import type { Desk } from "./desk.ts";

/** What a DuckDB file says of a table, in the units in which BigQuery bills. */
export type MeasuredTable = {
  /** `raw.conversations`, `marts.conversations`, `marts_staging.int_conversations`. */
  readonly name: string;
  readonly rows: number;
  /** A day later. */
  readonly rowsAfter: number;
  /** By column: average bytes a row. */
  readonly bytesOf: Readonly<Record<string, number>>;
  /** By column of times or dates: rows by month (`2026-06`); the empty month is null. */
  readonly monthsOf: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Whether any row was another one a day later. */
  readonly isChanged: boolean;
  /** Rows whose key was gone a day later; none of a model without a key. */
  readonly vanished: number;
};

/** A desk of so many conversations, of which a day's sync stored so many once more or for the first time. */
export type MeasuredDesk = {
  readonly conversations: number;
  readonly changes: number;
  readonly tables: readonly MeasuredTable[];
};

const datasets: Readonly<Record<string, string>> = {
  intercom_raw: "raw",
  intercom: "marts",
  intercom_staging: "marts_staging",
  intercom_builds: "marts_builds",
};
const fixedBytes: Readonly<Record<string, number>> = {
  BIGINT: 8,
  INTEGER: 8,
  HUGEINT: 8,
  DOUBLE: 8,
  TIMESTAMP: 8,
  DATE: 8,
  BOOLEAN: 1,
};

type Column = { readonly schema: string; readonly table: string; readonly column: string; readonly type: string };

export async function measureDesk(desk: Desk, conversations: number): Promise<MeasuredDesk> {
  const keysOf = await readKeys(desk.manifest);
  return readDuckDb(desk.before, async (connection) => {
    const columns = await columnsIn(connection);
    await connection.run(`attach '${desk.after}' as later (read_only)`);
    const tables: MeasuredTable[] = [];
    for (const [name, ofTable] of Map.groupBy(columns, nameOf)) {
      const relation = relationOf(ofTable[0]);
      const rowsAfter = await numberIn(connection, `select count(*) from later.${relation}`);
      const key = keysOf.get(name)?.map(quoted).join(", ");
      const gone = `select count(*) from (select ${key} from ${relation} except select ${key} from later.${relation})`;
      const vanished = key === undefined ? 0 : await numberIn(connection, gone);
      const differing = `select count(*) from (from ${relation} except from later.${relation})`;
      const isChanged =
        rowsAfter !== (await numberIn(connection, `select count(*) from ${relation}`)) ||
        (await numberIn(connection, differing)) > 0;
      tables.push({ name, rowsAfter, isChanged, vanished, ...(await measureTable(connection, ofTable)) });
    }
    const raw = tables.find(({ name }) => name === "raw.conversations");
    if (raw === undefined) throw new Error("the desk has no conversations");
    return { conversations, changes: raw.rowsAfter - raw.rows, tables };
  });
}

/**
 * The bytes that BigQuery counts of a value: text 2 + its UTF-8 bytes, JSON its text, numbers, times and dates 8, booleans 1,
 * lists the sum of their elements, null nothing.
 * https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#data_type_sizes
 */
export function bytesExpression(column: string, type: string): string {
  const fixed = fixedBytes[type];
  if (fixed !== undefined || type.startsWith("DECIMAL"))
    return `case when ${column} is null then 0 else ${fixed ?? 8} end`;
  if (type === "VARCHAR") return `coalesce(2 + strlen(${column}), 0)`;
  if (type === "JSON") return `coalesce(strlen(cast(${column} as varchar)), 0)`;
  const element = /^(.*)\[\]$/.exec(type)?.[1];
  if (element === undefined) throw new Error(`no size is known of the type ${type}`);
  return `coalesce(list_sum(list_transform(${column}, lambda e: ${bytesExpression("e", element)})), 0)`;
}

async function measureTable(
  connection: DuckDBConnection,
  columns: readonly Column[],
): Promise<Omit<MeasuredTable, "name" | "rowsAfter" | "isChanged" | "vanished">> {
  const relation = relationOf(columns[0]);
  const sums = columns.map(({ column, type }) => `avg(${bytesExpression(quoted(column), type)}) as ${quoted(column)}`);
  const [averages = {}] = await rowsOf(connection, `select count(*) as _rows, ${sums.join(", ")} from ${relation}`);
  const bytesOf = Object.fromEntries(columns.map(({ column }) => [column, Number(averages[column] ?? 0)]));
  const monthsOf: Record<string, Record<string, number>> = {};
  for (const { column, type } of columns) {
    if (type !== "TIMESTAMP" && type !== "DATE") continue;
    const months = await rowsOf(
      connection,
      `select coalesce(strftime(${quoted(column)}, '%Y-%m'), '') as month, count(*) as n from ${relation} group by 1`,
    );
    monthsOf[column] = Object.fromEntries(months.map(({ month, n }) => [String(month), Number(n)]));
  }
  return { rows: Number(averages["_rows"]), bytesOf, monthsOf };
}

/** The keys by which incremental models replace rows, by the model's table. */
async function readKeys(manifest: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { nodes } = JSON.parse(await readFile(manifest, "utf8")) as {
    nodes: Record<string, { schema: string; alias?: string; config: { unique_key?: string | string[] | null } }>;
  };
  const keys = new Map<string, readonly string[]>();
  for (const { schema, alias, config } of Object.values(nodes))
    if (config.unique_key && alias !== undefined) keys.set(`${datasets[schema]}.${alias}`, [config.unique_key].flat());
  return keys;
}

async function numberIn(connection: DuckDBConnection, sql: string): Promise<number> {
  return Number((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
}

async function columnsIn(connection: DuckDBConnection): Promise<readonly Column[]> {
  const rows = await rowsOf(
    connection,
    `select c.table_schema, c.table_name, c.column_name, c.data_type
     from information_schema.columns c
     join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
       and t.table_catalog = c.table_catalog
     where t.table_type = 'BASE TABLE' and c.table_catalog = current_database() order by c.ordinal_position`,
  );
  return rows
    .map((row) => ({
      schema: String(row["table_schema"]),
      table: String(row["table_name"]),
      column: String(row["column_name"]),
      type: String(row["data_type"]),
    }))
    .filter(({ schema }) => schema in datasets);
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(sql)).getRowObjects();
}

function nameOf({ schema, table }: Column): string {
  return `${datasets[schema]}.${table}`;
}

function relationOf(column: Column | undefined): string {
  return column === undefined ? "" : `${quoted(column.schema)}.${quoted(column.table)}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
