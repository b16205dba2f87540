import { type FigureName, type MeasureName, measureNames } from "../read/figures.ts";
import type { ComparisonColumn, ReportData, TableName, WeekColumn, WindowColumn } from "../read/page-data.ts";
import { type Row, rowsOf, type Table } from "../read/table.ts";
import { type Filters, groupedBy } from "./filters.ts";

const weeksShownMin = 13;

type Group = { readonly team: string; readonly channel: string };

/** Finds rows of the report by the filters. It calculates nothing: each row is one of a mart. */
export class Selection {
  readonly data: ReportData;
  readonly filters: Filters;
  readonly #comparison: readonly Row<ComparisonColumn>[];
  readonly #windows: readonly Row<WindowColumn>[];
  readonly #weeks: readonly Row<WeekColumn>[];

  constructor(data: ReportData, filters: Filters) {
    this.data = data;
    this.filters = filters;
    const isShown = (row: Row<"workspace_id" | "window_weeks">): boolean =>
      row.workspace_id === filters.workspace && row.window_weeks === filters.weeks;
    this.#comparison = rowsOf(data.comparison).filter(isShown);
    this.#windows = rowsOf(data.windows).filter(isShown);
    const both: readonly Row<WeekColumn>[] = rowsOf(data.teamChannelWeeks).map((row) => ({
      ...withoutMeasures,
      ...row,
    }));
    this.#weeks = [...rowsOf(data.weeks), ...both].filter((row) => row.workspace_id === filters.workspace);
  }

  /** A key figure of the last weeks beside that of as many before; undefined where the group had no event. */
  compared(metric: string, group: Group = this.filters): Row<ComparisonColumn> | undefined {
    return this.#comparison.find((row) => row.metric === metric && isOf(row, group));
  }

  /** All key figures of the filters' group. */
  allCompared(): readonly Row<ComparisonColumn>[] {
    return this.#comparison.filter((row) => isOf(row, this.filters));
  }

  /** The figures of the last weeks; undefined where the group had no event. */
  window(group: Group = this.filters): Row<WindowColumn> | undefined {
    return this.#windows.find((row) => isOf(row, group));
  }

  /** The figures of the last weeks of each team, in the channel of the filters. */
  windowsOfTeams(): readonly Row<WindowColumn>[] {
    return this.#windows.filter((row) => this.#isOfOneTeam(row));
  }

  /** The last weeks of the filters' group, oldest first. Means and percentiles are null where both filters are set. */
  weeks(count = this.weeksShown, group: Group = this.filters): readonly Row<WeekColumn>[] {
    return this.#weeks.filter((row) => isOf(row, group)).slice(-count);
  }

  /** Whether the marts have means and percentiles of the filters' weeks: by team or by channel, not by both. */
  get hasWeekMeasures(): boolean {
    return groupedBy(this.filters) !== "team_channel";
  }

  /** The last weeks of every channel. */
  weeksOfChannels(): readonly Row<WeekColumn>[] {
    return this.#shownWeeks((row) => row.grouped_by === "channel");
  }

  /** The last weeks of every team, in the channel of the filters. */
  weeksOfTeams(): readonly Row<WeekColumn>[] {
    return this.#shownWeeks((row) => this.#isOfOneTeam(row));
  }

  /** How many weeks a chart over time shows: four points make no trend. */
  get weeksShown(): number {
    return Math.max(this.filters.weeks, weeksShownMin);
  }

  /** The rows of a table: those of the filters' window and group, or of the workspace, where the table has them. */
  table(name: TableName): readonly Row[] {
    const table = this.data.tables[name];
    const rows = rowsOf(table);
    if (isOfWindows(table)) return rowsOf(table).filter((row) => this.#isShown(row));
    return table.columns.includes("workspace_id")
      ? rows.filter((row) => row["workspace_id"] === this.filters.workspace)
      : rows;
  }

  hours() {
    return rowsOf(this.data.hours).filter((row) => this.#isShown(row));
  }

  /** The names of all bands that a duration of the report is in, shortest first. */
  bands(): readonly string[] {
    const bands = new Map(rowsOf(this.data.durations).map((row) => [String(row.band), Number(row.band_number)]));
    return [...bands].toSorted(([, a], [, b]) => a - b).map(([name]) => name);
  }

  durations(duration: string) {
    return rowsOf(this.data.durations).filter(
      (row) => row.duration === duration && row.clock === this.filters.clock && this.#isShown(row),
    );
  }

  teamName(id: unknown): string {
    return this.data.teams.find((team) => team.id === id)?.name ?? "No team";
  }

  /** The name of a percentile on the clock that the filters name. */
  onClock(name: "p50" | "p90", of: "first_reply" | "reply" | "resolution"): FigureName {
    const clock = this.filters.clock === "office_hours" ? "office_" : "";
    return `${name}_time_to_${of}_${clock}seconds`;
  }

  #shownWeeks(isWanted: (row: Row<WeekColumn>) => boolean): readonly Row<WeekColumn>[] {
    const shown = new Set(this.weeks(this.weeksShown, { team: "all", channel: "all" }).map(({ week }) => week));
    return this.#weeks.filter((row) => isWanted(row) && shown.has(row.week));
  }

  #isOfOneTeam(row: Row<"grouped_by" | "channel">): boolean {
    const { channel } = this.filters;
    return row.grouped_by === (channel === "all" ? "team" : "team_channel") && row.channel === channel;
  }

  #isShown(row: Row<"workspace_id" | "window_weeks" | "team_id" | "channel">): boolean {
    return (
      row.workspace_id === this.filters.workspace && row.window_weeks === this.filters.weeks && isOf(row, this.filters)
    );
  }
}

const withoutMeasures = Object.fromEntries(measureNames.map((name) => [name, null])) as Row<MeasureName>;

function isOfWindows(table: Table): table is Table<"workspace_id" | "window_weeks" | "team_id" | "channel"> {
  return table.columns.includes("window_weeks");
}

function isOf(row: Row<"team_id" | "channel">, { team, channel }: Group): boolean {
  return row.team_id === team && row.channel === channel;
}

/** A cell as a number; null where there is none. */
export function numberOf(cell: unknown): number | null {
  return typeof cell === "number" ? cell : null;
}
