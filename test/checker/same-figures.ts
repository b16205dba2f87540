import assert from "node:assert/strict";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

/** When something was looked at, which differs between two runs of the loader. */
const timesOfLooking = [
  "statistics_as_of_at",
  "tickets_as_of_at",
  "status_until_at",
  "applied_until_at",
  "last_seen_at",
  "link_first_seen_at",
];
/** What is about the runs themselves. */
const ofRuns = ["sync_runs", "sync_health"];
/** A sum of fractions depends on the order of its parts in its last digits. */
const digits = 9;

/** Marts whose figures need what people wrote. docs/privacy.md lists them. */
export const ofTexts = ["feedback_phrases"];
export const withoutTexts = [
  ...ofTexts,
  ...["feedback_themes", "feedback_topics", "product_feedback", "conversation_attributes"],
  ...[
    "account_months",
    "account_month_topics",
    "churn_by_bucket",
    "churn_by_topic",
    "churn_correlations",
    "churn_summary",
  ],
  "mrr_change_correlations",
];

/** Marts whose columns that are no texts differ, each with the columns. */
export async function differingFigures(first: string, second: string, without: readonly string[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(`attach '${first}' as a (read_only)`);
    await connection.run(`attach '${second}' as b (read_only)`);
    const marts = Map.groupBy(
      await rowsOf(
        connection,
        `select table_name, column_name, data_type from duckdb_columns() where database_name = 'a' and schema_name = 'intercom'
        and table_name in (select table_name from duckdb_columns() where database_name = 'b' and schema_name = 'intercom')
        and not regexp_matches(data_type, 'VARCHAR|JSON|STRUCT') order by all`,
      ),
      ([mart]) => String(mart),
    );
    assert.ok(marts.size > 30, `${marts.size} marts`);
    const found: string[] = [];
    for (const [mart, columns] of marts) {
      if (without.includes(mart) || ofRuns.includes(mart)) continue;
      const compared = columns.filter(([, column]) => !timesOfLooking.includes(String(column)));
      const list = compared
        .map(([, column, type]) => (type === "DOUBLE" ? rounded(String(column)) : `"${column}"`))
        .join();
      const [[more, fewer] = []] = await rowsOf(
        connection,
        `with a as (select ${list} from a.intercom.${mart}), b as (select ${list} from b.intercom.${mart})
        select (select count(*) from (from a except all from b)), (select count(*) from (from b except all from a))`,
      );
      if (Number(more) + Number(fewer) > 0) found.push(`${mart}: ${more} rows, and ${fewer} instead`);
    }
    return found;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function rounded(column: string): string {
  return `cast(format('{:.${digits}e}', "${column}") as double) as "${column}"`;
}

async function rowsOf(connection: DuckDBConnection, sql: string) {
  return (await connection.runAndReadAll(sql)).getRows();
}
