import type { TableQuery } from "./query.ts";

const runsMax = 100;

export const healthTables = {
  streams: {
    columns: {
      workspace_id: "text",
      stream: "text",
      loads: "number",
      rows_loaded: "number",
      records_rejected: "number",
      unseen: "number",
      missing_parts: "number",
      cursor_lag_seconds: "number",
      last_loaded_at: "time",
    },
    from: (mart) => `${mart("sync_health")} order by workspace_id, stream`,
  },
  runs: {
    columns: {
      workspace_id: "text",
      run_id: "text",
      started_at: "time",
      seconds: "number",
      streams: "number",
      rows_loaded: "number",
      rows_rejected: "number",
    },
    from: (mart) =>
      `(select *, row_number() over (partition by workspace_id order by last_loaded_at desc, run_id desc) as runs_ago
         from ${mart("sync_runs")}) as runs
       where runs_ago <= ${runsMax} order by workspace_id, runs_ago desc`,
  },
  reconciliation: {
    columns: { workspace_id: "text", figure: "text", reason: "text", conversations: "number" },
    expressions: { conversations: "count(*)" },
    from: (mart) =>
      `${mart("statistics_reconciliation")} group by workspace_id, figure, reason order by workspace_id, figure, reason`,
  },
} satisfies Readonly<Record<string, TableQuery>>;
