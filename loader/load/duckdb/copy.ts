import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, qualified, text } from "./sql.ts";

export type Copying = {
  /** Names of the two databases, as they are attached. */
  readonly from: string;
  readonly to: string;
  /** `"schema"."table"` of the table that is not copied. */
  readonly leftOut: string;
  /** Runs a statement; again with more memory when it had too little. */
  readonly withRoom: (sql: string) => Promise<void>;
};

type Table = {
  /** `"schema"."table"` */
  readonly name: string;
  /** Columns that take values: generated columns do not. */
  readonly columns: readonly string[];
  /** Tables of the same schema that the foreign keys refer to, by `name`. */
  readonly referred: readonly string[];
};

/**
 * Copies a whole DuckDB database into an empty one: first the definitions, then the rows, with one transaction a table.
 * DuckDB can copy rows too, but in one transaction, which takes several times the memory. It also copies tables by their
 * names' order, so that a foreign key refers to rows that are not there yet.
 * Errors: DuckDB's; Error when the copy differs from the original.
 */
export async function copyDatabase(connection: DuckDBConnection, copying: Copying): Promise<void> {
  const { from, to, leftOut, withRoom } = copying;
  await connection.run(`copy from database ${from} to ${to} (schema)`);
  await connection.run(`drop table if exists ${to}.${leftOut}`);
  const tables = (await tablesOf(connection, from)).filter(({ name }) => name !== leftOut);
  for (const { name, columns } of referredFirst(tables)) {
    const list = columns.map(identifier).join(", ");
    await withRoom(`insert into ${to}.${name} (${list}) select ${list} from ${from}.${name}`);
  }
  await checkCopy(connection, copying, tables);
}

async function tablesOf(connection: DuckDBConnection, database: string): Promise<readonly Table[]> {
  const names = await texts(
    connection,
    `select schema_name, table_name from duckdb_tables() where database_name = '${database}' order by all`,
  );
  const tables: Table[] = [];
  for (const [schema = "", table = ""] of names) {
    const name = qualified(schema, table);
    const ofTable = `database_name = '${database}' and schema_name = ${text(schema)} and table_name = ${text(table)}`;
    // duckdb_columns() gives the expression of a generated column as its default, and `describe` does not.
    const columns = await texts(
      connection,
      `select column_name from duckdb_columns() where ${ofTable} and (column_default is null or column_name in (
         select column_name from (describe ${database}.${name}) where "default" is not null
       )) order by column_index`,
    );
    const referred = await texts(
      connection,
      `select distinct referenced_table from duckdb_constraints() where ${ofTable} and constraint_type = 'FOREIGN KEY'`,
    );
    tables.push({
      name,
      columns: columns.map(([column = ""]) => column),
      referred: referred.map(([other = ""]) => qualified(schema, other)),
    });
  }
  return tables;
}

/** The same tables, each after the tables that it refers to. A table can refer only to older tables, or to itself. */
function referredFirst(tables: readonly Table[]): readonly Table[] {
  const placed = new Set<Table>();
  const byName = new Map(tables.map((table) => [table.name, table]));
  const place = (table: Table): void => {
    for (const other of table.referred) {
      const before = byName.get(other);
      if (before !== undefined && before !== table && !placed.has(before)) place(before);
    }
    placed.add(table);
  };
  for (const table of tables) place(table);
  return [...placed];
}

/** Makes sure that each table has all its rows and that every definition is there: the copy replaces the old file. */
async function checkCopy(
  connection: DuckDBConnection,
  { from, to, leftOut }: Copying,
  tables: readonly Table[],
): Promise<void> {
  const contents = async (database: string): Promise<string> => {
    const rows: string[] = [];
    for (const { name } of tables)
      rows.push(`${name} ${String(await texts(connection, `select count(*) from ${database}.${name}`))}`);
    const defined = await texts(connection, definitions(database));
    const kept = defined.filter(
      ([kind, schema = "", name = ""]) => kind !== "table" || qualified(schema, name) !== leftOut,
    );
    return [...rows, ...kept.map((row) => JSON.stringify(row))].join("\n");
  };
  if ((await contents(from)) !== (await contents(to))) throw new Error("the copy differs from the file");
}

/** All definitions of a database: kind, schema, name, comment. */
function definitions(database: string): string {
  const kinds = [
    ["table", "duckdb_tables()", "table_name"],
    ["view", "duckdb_views()", "view_name"],
    ["index", "duckdb_indexes()", "index_name"],
    ["sequence", "duckdb_sequences()", "sequence_name"],
    ["macro", "duckdb_functions()", "function_name"],
    ["type", "duckdb_types()", "type_name"],
  ] as const;
  const each = kinds.map(([kind, relation, name]) => {
    const isOwn = kind === "index" || kind === "sequence" ? "" : "and not internal";
    return `select '${kind}' as kind, schema_name, ${name}, coalesce(comment, '') from ${relation} where database_name = '${database}' ${isOwn}`;
  });
  return `${each.join(" union all ")} order by all`;
}

async function texts(connection: DuckDBConnection, sql: string): Promise<string[][]> {
  return (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String));
}
