import type { MartReader } from "../../marts.ts";
import { sentenceCase, words } from "../format.ts";
import { type Kind, readTable } from "./columns.ts";
import { countNames, measureNames, shareNames, stockNames } from "./figures.ts";
import type { Choice, ReportData, TableName } from "./page-data.ts";
import { rowsOf, type Table } from "./table.ts";
import { tableQueries } from "./tables.ts";

const weeksShownMax = 104;
const teamChannelWeeksMax = 52;
const group = { workspace_id: "text", grouped_by: "text", team_id: "text", channel: "text" } as const;
const counts = kinds(countNames, "number");
const measures = kinds(measureNames, "number");
const stocks = kinds(stockNames, "number");

export type ReadOptions = {
  readonly version: string;
  /** Epoch milliseconds. */
  readonly madeAtMs: number;
  /** Whether names of people and companies, and what customers wrote, are in the report. */
  readonly hasPeople: boolean;
};

/** Reads what the page shows. Errors: WarehouseError when a mart is not built, or the warehouse refuses. */
export async function readReportData(marts: MartReader, options: ReadOptions): Promise<ReportData> {
  const asOf = await readTable(marts, { data_as_of_at: "time", reporting_time_zone: "text" }, (mart) =>
    mart("data_as_of"),
  );
  const weeks = await readTable(
    marts,
    { ...group, week: "day", handed_in: "number", handed_out: "number", ...counts, ...measures, ...stocks },
    (mart) =>
      `(select *, dense_rank() over (order by week desc) as weeks_ago from ${mart("support_weekly")} where is_whole) as weeks
       where weeks_ago <= ${weeksShownMax} order by workspace_id, grouped_by, team_id, channel, week`,
  );
  const teamChannelWeeks = await readTable(
    marts,
    {
      ...group,
      week: "day",
      handed_in: "number",
      handed_out: "number",
      ...counts,
      ...kinds(shareNames, "number"),
      ...stocks,
    },
    (mart) =>
      `(select *, dense_rank() over (order by week desc) as weeks_ago from ${mart("team_channel_weekly")} where is_whole) as weeks
       where weeks_ago <= ${teamChannelWeeksMax} order by workspace_id, team_id, channel, week`,
    { grouped_by: "'team_channel'" },
  );
  const windows = await readTable(
    marts,
    { ...group, window_weeks: "number", ...counts, ...measures },
    (mart) =>
      `${mart("support_windows")} where window_name = 'latest' order by workspace_id, window_weeks, team_id, channel`,
  );
  const comparison = await readTable(
    marts,
    {
      ...group,
      window_weeks: "number",
      metric: "text",
      starts_on: "day",
      ends_on: "day",
      value: "number",
      n: "number",
      previous_value: "number",
      previous_n: "number",
      change: "number",
      change_share: "number",
      is_whole: "boolean",
    },
    (mart) => `${mart("window_comparison")} order by workspace_id, window_weeks, team_id, channel, metric`,
  );
  const hours = await readTable(
    marts,
    { ...group, window_weeks: "number", weekday: "number", hour_of_day: "number", new_conversations: "number" },
    (mart) => `${mart("support_hours")} order by workspace_id, window_weeks, team_id, channel, weekday, hour_of_day`,
  );
  const durations = await readTable(
    marts,
    {
      ...group,
      window_weeks: "number",
      duration: "text",
      clock: "text",
      band: "text",
      band_number: "number",
      durations: "number",
    },
    (mart) =>
      `${mart("support_durations")} order by workspace_id, window_weeks, team_id, channel, duration, clock, band_number`,
  );
  const read: Partial<Record<TableName, Table>> = {};
  for (const name of Object.keys(tableQueries) as TableName[]) {
    const { columns, from, expressions, people = [] } = tableQueries[name];
    const table = await readTable(marts, columns, from, expressions);
    read[name] = options.hasPeople ? table : without(table, people);
  }
  const tables = read as Record<TableName, Table>;
  const [known] = rowsOf(asOf);
  return {
    version: options.version,
    madeAt: `${new Date(options.madeAtMs).toISOString().slice(0, 19)}Z`,
    dataAsOfAt: known === undefined ? null : (known.data_as_of_at as string | null),
    timeZone: String(known?.reporting_time_zone ?? "UTC"),
    hasPeople: options.hasPeople,
    // A workspace without a whole week has streams, and customers who wait.
    workspaces: [...new Set([...rowsOf(weeks), ...rowsOf(tables.streams)].map((row) => String(row["workspace_id"])))],
    teams: await readTeams(marts, rowsOf(windows)),
    channels: choices(
      rowsOf(windows).map((row) => String(row.channel)),
      (channel) => sentenceCase(words(channel)),
    ),
    comparison,
    windows,
    weeks,
    teamChannelWeeks,
    hours,
    durations,
    tables,
  };
}

/** Teams with any event in a window, by name. */
async function readTeams(marts: MartReader, windows: readonly { readonly team_id: unknown }[]): Promise<Choice[]> {
  const named = await readTable(marts, { team_id: "text", name: "text" }, (mart) => mart("teams"));
  const teams = rowsOf(named).map(({ team_id, name }) => ({ id: String(team_id), name: String(name ?? team_id) }));
  const isTaken = (name: string): boolean => teams.filter((team) => team.name === name).length > 1;
  const names = new Map(teams.map(({ id, name }) => [id, isTaken(name) ? `${name} (${id})` : name]));
  return choices(
    windows.map(({ team_id }) => String(team_id)),
    (id) => (id === "none" ? "No team" : (names.get(id) ?? `Team ${id}`)),
  );
}

function choices(ids: readonly string[], nameOf: (id: string) => string = (id) => id): Choice[] {
  const distinct = [...new Set(ids)].filter((id) => id !== "all");
  return distinct.map((id) => ({ id, name: nameOf(id) })).toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

/** The table without some of its columns. */
function without(table: Table, names: readonly string[]): Table {
  const kept = table.columns.flatMap((column, index) => (names.includes(column) ? [] : [index]));
  return {
    columns: kept.map((index) => table.columns[index] ?? ""),
    rows: table.rows.map((row) => kept.map((index) => row[index] ?? null)),
  };
}

function kinds<Name extends string>(names: readonly Name[], kind: Kind): Readonly<Record<Name, Kind>> {
  return Object.fromEntries(names.map((name) => [name, kind])) as Record<Name, Kind>;
}
