import type { DuckDBConnection } from "@duckdb/node-api";

/**
 * Says in words which tables have rows in one warehouse that the other lacks; empty when both hold the same rows, in whatever
 * order. The connection is to the one; `otherPath` is the other's file. `_runs` is left out: it says which commands wrote into
 * the file.
 */
export async function differingTables(
  connection: DuckDBConnection,
  otherPath: string,
  schemas: readonly string[],
): Promise<string[]> {
  await connection.run(`attach '${otherPath}' as other (read_only)`);
  const listed = await connection.runAndReadAll(
    `select schema_name, table_name from duckdb_tables() where database_name = current_database()
       and list_contains(string_split('${schemas.join(" ")}', ' '), schema_name) and table_name <> '_runs' order by 1, 2`,
  );
  const differing: string[] = [];
  const tables = listed.getRows().map(([schema, table]) => `${String(schema)}.${String(table)}`);
  if (tables.length === 0) throw new Error(`there are no tables in ${schemas.join(" and ")}`);
  for (const table of tables) {
    const [onlyHere, onlyThere] = [
      `from ${table} except all from other.${table}`,
      `from other.${table} except all from ${table}`,
    ];
    const counted = await connection.runAndReadAll(
      `select (select count(*) from (${onlyHere}))::integer, (select count(*) from (${onlyThere}))::integer`,
    );
    const [here, there] = counted.getRows()[0] ?? [];
    if (here !== 0 || there !== 0)
      differing.push(`${table}: ${String(here)} rows only here, ${String(there)} only there`);
  }
  await connection.run("detach other");
  return differing;
}
