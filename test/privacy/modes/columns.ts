// Columns with personal data: those that yml files mark, and those in which a canary was seen.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readDuckDb } from "../../tools/duckdb-file.ts";
import { repository } from "../../tools/repository.ts";

type Column = { readonly name: string; readonly config?: { readonly meta?: { readonly pii?: boolean } } };
type Properties = {
  readonly models?: readonly { readonly name: string; readonly columns?: readonly Column[] }[];
};

/** "table.column" of the columns that the yml of a model marks as personal. */
export function markedColumns(): ReadonlySet<string> {
  const marked = globSync(join(repository, "models/**/*.yml")).flatMap((path) => {
    const { models = [] } = (parse(readFileSync(path, "utf8")) ?? {}) as Properties;
    return models.flatMap(({ name, columns = [] }) =>
      columns.filter(({ config }) => config?.meta?.pii === true).map((column) => `${name}.${column.name}`),
    );
  });
  return new Set(marked);
}

/** "table.column" of the columns of models that hold one of some texts. */
export async function columnsWith(path: string, texts: readonly string[]): Promise<string[]> {
  return readDuckDb(path, async (connection) => {
    const rowsOf = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
    const columns = await rowsOf(
      "select schema_name, table_name, column_name from duckdb_columns() where schema_name in ('intercom', 'intercom_staging') and regexp_matches(data_type, 'VARCHAR|JSON|STRUCT')",
    );
    const found: string[] = [];
    for (const [name, each] of Map.groupBy(columns, ([schema, table]) => `${schema}.${table}`)) {
      const [schema, table] = name.split(".");
      const tests = each.map(
        ([, , column]) => `bool_or(${texts.map((text) => `contains("${column}"::varchar, '${text}')`).join(" or ")})`,
      );
      const [row = []] = await rowsOf(`select ${tests.join()} from "${schema}"."${table}"`);
      found.push(...each.filter((_, index) => row[index] === true).map(([, , column]) => `${table}.${column}`));
    }
    return found.sort();
  });
}
