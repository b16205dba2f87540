import type { MartQuery } from "../../../marts.ts";
import type { Kind } from "../columns.ts";

/** A table that the page shows as a mart has it. */
export type TableQuery = {
  readonly columns: Readonly<Record<string, Kind>>;
  readonly from: MartQuery;
  /** What to select for a column, where it is not a column of the mart. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** Columns that name people, companies, or say what customers wrote: left out of a report without people. */
  readonly people?: readonly string[];
};

/** Whether a figure rests on enough, and what it says. */
export const shares = { is_sufficient: "boolean", reading: "text" } as const satisfies Record<string, Kind>;

/** What the rows of a window are of: the filters find them by it. */
export const window = {
  workspace_id: "text",
  window_weeks: "number",
  team_id: "text",
  channel: "text",
} as const satisfies Record<string, Kind>;
