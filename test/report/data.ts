import { gunzipSync } from "node:zlib";
import type { ReportData, TableName } from "../../loader/report/read/page-data.ts";
import type { Cell, Table } from "../../loader/report/read/table.ts";

/** The data that a page carries. */
export function dataOf(html: string): ReportData {
  const text = /<script type="text\/plain" id="data">([^<]*)<\/script>/.exec(html)?.[1] ?? "";
  return JSON.parse(gunzipSync(Buffer.from(text, "base64")).toString("utf8")) as ReportData;
}

/** The same report with other texts: each text that is not a key of a filter or of a figure is given to `change`. */
export function withTexts(data: ReportData, change: (text: string, column: string) => string): ReportData {
  const tables = Object.fromEntries(
    Object.entries(data.tables).map(([name, table]) => [name, changed(table, change)]),
  ) as Record<TableName, Table>;
  return {
    ...data,
    tables,
    teams: data.teams.map(({ id, name }) => ({ id, name: change(name, "team_name") })),
  };
}

/** The same report without any row. */
export function emptied(data: ReportData): ReportData {
  const without = <T extends string>({ columns }: Table<T>): Table<T> => ({ columns, rows: [] });
  return {
    ...data,
    dataAsOfAt: null,
    workspaces: [],
    teams: [],
    channels: [],
    comparison: without(data.comparison),
    windows: without(data.windows),
    weeks: without(data.weeks),
    teamChannelWeeks: without(data.teamChannelWeeks),
    hours: without(data.hours),
    durations: without(data.durations),
    tables: Object.fromEntries(
      Object.entries(data.tables).map(([name, table]) => [name, without(table)]),
    ) as unknown as Record<TableName, Table>,
  };
}

const keys = new Set(["workspace_id", "week", "state_category", "category", "stream", "is_sufficient"]);

function changed(table: Table, change: (text: string, column: string) => string): Table {
  const cell = (value: Cell, column: string): Cell =>
    typeof value !== "string" || keys.has(column) || column.endsWith("_at") ? value : change(value, column);
  return {
    columns: table.columns,
    rows: table.rows.map((row) => row.map((value, index) => cell(value, table.columns[index] ?? ""))),
  };
}
