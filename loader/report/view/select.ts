import type { FigureName } from "../read/figures.ts";
import type { ComparisonColumn, ReportData, TableName, WeekColumn, WindowColumn } from "../read/page-data.ts";
import { type Row, rowsOf } from "../read/table.ts";
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
    this.#weeks = rowsOf(data.weeks).filter((row) => row.workspace_id === filters.workspace);
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

  /** The figures of the last weeks of each team, or of each channel. */
  windowsOf(groupedByName: "team" | "channel"): readonly Row<WindowColumn>[] {
    return this.#windows.filter((row) => row.grouped_by === groupedByName);
  }

  /**
   * The last weeks of the filters' group, oldest first; undefined where the marts have no rows of it: weeks are counted by team
   * and by channel, not by both.
   */
  weeks(count = this.weeksShown, group: Group = this.filters): readonly Row<WeekColumn>[] | undefined {
    if (groupedBy(group) === "team_channel") return undefined;
    return this.#weeks.filter((row) => isOf(row, group)).slice(-count);
  }

  /** The last weeks of every team or channel. */
  weeksOf(groupedByName: "team" | "channel"): readonly Row<WeekColumn>[] {
    const shown = new Set(this.weeks(this.weeksShown, { team: "all", channel: "all" })?.map(({ week }) => week));
    return this.#weeks.filter((row) => row.grouped_by === groupedByName && shown.has(row.week));
  }

  /** How many weeks a chart over time shows: four points make no trend. */
  get weeksShown(): number {
    return Math.max(this.filters.weeks, weeksShownMin);
  }

  /** The rows of a table: those of the workspace, where the table has one. */
  table(name: TableName): readonly Row[] {
    const table = this.data.tables[name];
    const rows = rowsOf(table);
    return table.columns.includes("workspace_id")
      ? rows.filter((row) => row["workspace_id"] === this.filters.workspace)
      : rows;
  }

  hours() {
    return rowsOf(this.data.hours).filter((row) => this.#isShown(row));
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

  #isShown(row: Row<"workspace_id" | "window_weeks" | "team_id" | "channel">): boolean {
    return (
      row.workspace_id === this.filters.workspace && row.window_weeks === this.filters.weeks && isOf(row, this.filters)
    );
  }
}

function isOf(row: Row<"team_id" | "channel">, { team, channel }: Group): boolean {
  return row.team_id === team && row.channel === channel;
}

/** A cell as a number; null where there is none. */
export function numberOf(cell: unknown): number | null {
  return typeof cell === "number" ? cell : null;
}
