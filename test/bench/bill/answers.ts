import { type Answers, type Question, withoutComment } from "./statements.ts";

/** A raw table as a build finds it. */
export type RawRows = { readonly name: string; readonly rows: number };

/** What a build finds: nothing new but what the first sync brought, or what an hour brings. */
export type Found = {
  readonly now: number;
  /** The months of the conversations that changed; none in a first build. */
  readonly months: readonly string[];
  /** How many conversations changed. */
  readonly changes: number;
  readonly rawTables: readonly RawRows[];
  /** Another one for rows that are others than before. */
  readonly versionOf: (model: string) => string;
  readonly losesRows: (model: string) => boolean;
};

type Rows = readonly (readonly (string | null)[])[];
type Planned = {
  readonly asks: string;
  readonly is: (sql: string, question: Question) => boolean;
  readonly rows: (found: Found, question: Question) => Rows | undefined;
};

/** dbt lists no more changes than this (`changes_of_run`). */
const listedMax = 1000;

/** Ids of the loads of ten hours, as long as real ones. */
const recentLoads = Array.from({ length: 10 }, (_, hour) => `1782820800-0123456789abcdef-${hour}`).join(" ");

/** A column of a change that dbt asks for: ids and versions as long as real ones, of the newest month. */
function changed(column: string, index: number, count: number, months: readonly string[]): string {
  const [newest = "2026-06"] = months;
  if (column === "changes_count") return String(count);
  if (column === "months") return months.join(" ");
  if (column === "created_at") return `${newest}-01 00:00:00.000000+00`;
  if (["day", "week", "month"].includes(column)) return `${newest}-01`;
  return column === "built_from" ? "0123456789ab" : String(215_000_000_000_000 + index);
}

/** Each question that dbt asks while it builds, and the answer that a warehouse would give. */
const planned: readonly Planned[] = [
  {
    asks: "in which months conversations changed, or rows are gone",
    is: (_, { columns }) => columns.join() === "month",
    rows: (found, { sql, model }) => {
      const asksWhatIsGone = /\bnot\s+exists\s*\(\s*select 1\s+from \S+ as kept\b/i.test(sql);
      return asksWhatIsGone && !found.losesRows(model) ? [] : found.months.map((month) => [month]);
    },
  },
  {
    asks: "whether a data test found something",
    is: (_, { columns }) => columns.join() === "failures,should_warn,should_error",
    rows: () => [["0", "false", "false"]],
  },
  {
    asks: "the columns of a query, to compare them with a contract: no rows",
    is: (sql) => /\bwhere false\b[^()]*(?:\(\)[^()]*)*limit 0$/i.test(sql),
    rows: () => undefined,
  },
  {
    asks: "whether there is anything to build from",
    is: (sql) => /^select[^;]*\bfrom `\w+`\.`raw`\.`conversations`(?:\s+limit \d+)?$/i.test(sql),
    rows: () => undefined,
  },
  {
    asks: "how many rows the raw tables have",
    is: (_, { columns }) => columns.join() === "name,rows_count",
    rows: ({ rawTables }) => rawTables.map(({ name, rows }) => [name, String(rows)]),
  },
  {
    asks: "how many rows complete loads brought",
    is: (_, { columns }) => columns.join() === "stream,loads_count,loads_complete,rows_loaded,newest_load,recent_loads",
    rows: ({ now, rawTables }) =>
      rawTables.map(({ name, rows }) => [name, "1", "1", String(rows), String(now), recentLoads]),
  },
  {
    asks: "which conversations or tickets changed, or which periods in which a day changed",
    is: (_, { columns }) => columns.slice(-2).join() === "changes_count,months",
    rows: ({ changes, months }, { columns }) =>
      Array.from({ length: Math.min(changes, listedMax) }, (_, index) =>
        columns.map((column) => changed(column, index, changes, months)),
      ),
  },
  {
    asks: "how many rows differ that were settled before today: none, since people work on today's",
    is: (sql) => /\bhaving sum\(rows_count\) <> 0\b/i.test(sql),
    rows: () => [["0"]],
  },
  {
    asks: "whether rows are the same as before: their hash, with their count or a text of both",
    is: (sql) => /^select [^;]*\bbit_xor\(farm_fingerprint\(/i.test(sql),
    rows: ({ versionOf }, { model, columns }) => [columns.map(() => versionOf(model))],
  },
];

/**
 * Answers dbt's questions as a warehouse with these rows would. Errors: Error for a question that nobody has planned an answer for:
 * what dbt sends next depends on the answer, and so does the bill.
 */
export function answersIn(found: Found): Answers {
  return (question) => {
    const sql = withoutComment(question.sql);
    if (!/^(select|with)\b/i.test(sql)) return undefined;
    const plan = planned.find(({ is }) => is(sql, question));
    if (plan === undefined) throw new Error(`test/bench/bill/answers.ts has no answer to: ${sql.slice(0, 500)}`);
    return plan.rows(found, question);
  };
}
