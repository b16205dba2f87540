import { type Column, type ColumnType, type RawTable, rawTables } from "../raw-tables.ts";
import { firstRawVersion, rawVersion, refuseNewer } from "../raw-version.ts";
import type { DuckDbOptions, DuckDbSession } from "./session.ts";
import { catalog, columnTypes, identifier, qualified } from "./sql.ts";

/**
 * How columns are compressed. Left alone, DuckDB tries each of its ways on each row group, and none of its ways for text
 * shrinks payloads longer than 4 KB. A way that is named here must be known to every later format of DuckDB's files, and
 * dictionary is not.
 */
const compressions: Readonly<Partial<Record<ColumnType, string>>> = {
  text: "zstd",
  timestamp: "bitpacking",
  json: "zstd",
};

/** The columns of the tables that a schema has, by table. */
export type PresentColumns = ReadonlyMap<string, readonly string[]>;

export async function presentColumns(session: DuckDbSession, schema: string): Promise<PresentColumns> {
  const rows = await session.rows(
    `select table_name, column_name from duckdb_columns() where database_name = '${catalog}' and schema_name = $1`,
    [schema],
  );
  const tables = Map.groupBy(rows, ([table]) => String(table));
  return new Map([...tables].map(([table, each]) => [table, each.map(([, column]) => String(column))]));
}

/**
 * The version of a file's raw tables, by the comment of `_loads`; 0 where there are none.
 * Errors: ConfigError when a newer loader made them.
 */
export async function knownVersion(
  session: DuckDbSession,
  { path, rawDataset }: Pick<DuckDbOptions, "path" | "rawDataset">,
): Promise<number> {
  const [row] = await session.rows(
    `select comment from duckdb_tables()
     where database_name = '${catalog}' and schema_name = $1 and table_name = '_loads'`,
    [rawDataset],
  );
  if (row === undefined) return 0;
  const stored = Number(/^raw tables of version (\d+)/.exec(String(row[0]))?.[1] ?? firstRawVersion);
  refuseNewer(stored, path);
  return stored;
}

/** The statements that store the version of this loader's raw tables, unless it is stored. */
export function versionStatements(stored: number): string[] {
  return stored === rawVersion
    ? []
    : [`comment on table ${identifier("_loads")} is 'raw tables of version ${rawVersion}'`];
}

/** The statements that make the raw tables that are missing, and the columns that an older version did not have. */
export function missingDefinitions(present: PresentColumns): string[] {
  return rawTables.flatMap((table) => {
    const columns = present.get(table.name);
    return columns === undefined ? [tableDefinition(table)] : missingColumns(table, columns);
  });
}

/** The statement that makes a raw table, unless it is there. @param schema the session's own when left out */
export function tableDefinition({ name, columns }: RawTable, schema?: string): string {
  const table = schema === undefined ? identifier(name) : qualified(catalog, schema, name);
  return `create table if not exists ${table} (${columns.map(columnDefinition).join(", ")})`;
}

/** What an older version of the table lacks. */
function missingColumns({ name, columns }: RawTable, present: readonly string[]): string[] {
  return columns
    .filter((column) => !present.includes(column.name))
    .map((column) => `alter table ${identifier(name)} add column ${columnDefinition(column)}`);
}

function columnDefinition({ name, type }: Column): string {
  const compression = compressions[type];
  return `${name} ${columnTypes[type]}${compression === undefined ? "" : ` using compression ${compression}`}`;
}
