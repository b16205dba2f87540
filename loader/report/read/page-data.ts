import type { CountName, MeasureName, ShareName, StockName } from "./figures.ts";
import type { Table } from "./table.ts";
import type { TableName } from "./tables.ts";

/** What a row of figures is of: the whole, a team, a channel, or a team in a channel. */
type GroupColumn = "workspace_id" | "grouped_by" | "team_id" | "channel";

export type WindowColumn = GroupColumn | "window_weeks" | CountName | MeasureName;
export type ComparisonColumn =
  | GroupColumn
  | "window_weeks"
  | "metric"
  | "starts_on"
  | "ends_on"
  | "value"
  | "n"
  | "previous_value"
  | "previous_n"
  | "change"
  | "change_share"
  | "is_whole";
export type WeekColumn = GroupColumn | "week" | "handed_in" | "handed_out" | CountName | MeasureName | StockName;
type TeamChannelWeekColumn = Exclude<WeekColumn, Exclude<MeasureName, ShareName>>;
type HourColumn = GroupColumn | "window_weeks" | "weekday" | "hour_of_day" | "new_conversations";
type DurationColumn = GroupColumn | "window_weeks" | "duration" | "clock" | "band" | "band_number" | "durations";

/** A group that can be filtered by. */
export type Choice = { readonly id: string; readonly name: string };

/** Everything that the page shows: the rows of marts, and nothing that is calculated from them. */
export type ReportData = {
  readonly version: string;
  /** When the page was made, ISO 8601 in UTC. */
  readonly madeAt: string;
  /** Up to when the data are known, ISO 8601 in UTC; null where nothing is known. */
  readonly dataAsOfAt: string | null;
  readonly timeZone: string;
  readonly hasPeople: boolean;
  readonly workspaces: readonly string[];
  readonly teams: readonly Choice[];
  readonly channels: readonly Choice[];
  readonly comparison: Table<ComparisonColumn>;
  readonly windows: Table<WindowColumn>;
  readonly weeks: Table<WeekColumn>;
  /** The same weeks of teams in channels: counts, shares and what is left, without means and percentiles. */
  readonly teamChannelWeeks: Table<TeamChannelWeekColumn>;
  readonly hours: Table<HourColumn>;
  readonly durations: Table<DurationColumn>;
  readonly tables: Readonly<Record<TableName, Table>>;
};

export type { TableName } from "./tables.ts";
