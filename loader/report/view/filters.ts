import type { ReportData } from "../read/page-data.ts";

type Clock = "calendar" | "office_hours";

/** What the page shows. Kept in the address behind #, so that a link shows the same. */
export type Filters = {
  readonly tab: string;
  readonly workspace: string;
  readonly weeks: number;
  /** `all`, or a team's id. */
  readonly team: string;
  /** `all`, or a channel. */
  readonly channel: string;
  readonly clock: Clock;
};

export const windowLengths = [4, 13, 52] as const;
const defaultTab = "overview";

export function defaultFilters(data: ReportData): Filters {
  return {
    tab: defaultTab,
    workspace: data.workspaces[0] ?? "",
    weeks: 4,
    team: "all",
    channel: "all",
    clock: "calendar",
  };
}

/** The filters that an address names. What it does not know, or not well, is the default. */
export function filtersOf(hash: string, data: ReportData, tabs: readonly string[]): Filters {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const base = defaultFilters(data);
  const oneOf = <T extends string>(name: string, known: readonly T[], otherwise: T): T =>
    known.find((candidate) => candidate === given.get(name)) ?? otherwise;
  return {
    tab: oneOf("tab", tabs, base.tab),
    workspace: oneOf("workspace", data.workspaces, base.workspace),
    weeks: windowLengths.find((weeks) => String(weeks) === given.get("weeks")) ?? base.weeks,
    team: oneOf("team", ["all", ...data.teams.map(({ id }) => id)], base.team),
    channel: oneOf("channel", ["all", ...data.channels.map(({ id }) => id)], base.channel),
    clock: oneOf("clock", ["calendar", "office_hours"], base.clock),
  };
}

/** The address of filters: what differs from the default. */
export function hashOf(filters: Filters, data: ReportData): string {
  const base = defaultFilters(data);
  const named = new URLSearchParams();
  for (const name of ["tab", "workspace", "weeks", "team", "channel", "clock"] as const)
    if (filters[name] !== base[name]) named.set(name, String(filters[name]));
  return named.size === 0 ? "" : `#${named}`;
}

/** The `grouped_by` of the rows that have the filters' figures. */
export function groupedBy({ team, channel }: Pick<Filters, "team" | "channel">): string {
  if (team !== "all") return channel === "all" ? "team" : "team_channel";
  return channel === "all" ? "total" : "channel";
}
