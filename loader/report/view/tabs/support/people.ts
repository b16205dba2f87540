import { type Card, notEnough } from "../../card.ts";
import type { Selection } from "../../select.ts";

export function teamsCard(selection: Selection): Card {
  const { team, channel } = selection.filters;
  const last = new Map(selection.weeksOf("team").map((week) => [week.team_id, week]));
  const rows = selection
    .windowsOf("team")
    .filter((row) => team === "all" || row.team_id === team)
    .map((row) => ({
      ...row,
      team_name: selection.teamName(row.team_id),
      backlog: last.get(row.team_id)?.backlog ?? null,
    }));
  return {
    id: "support-teams",
    title: "Teams",
    note:
      channel === "all"
        ? "In the period, by who had the conversation; the backlog is that of the last whole week."
        : "In the period and all channels: the filter of channels does not act on this table.",
    columns: [
      { name: "team_name", label: "Team", kind: "text" },
      { name: "new_conversations", label: "New", kind: "count" },
      { name: "replies", kind: "count" },
      { name: "closed", kind: "count" },
      { name: "reopened", kind: "count" },
      { name: selection.onClock("p50", "first_reply"), label: "First reply, median", kind: "seconds" },
      { name: selection.onClock("p90", "first_reply"), label: "First reply, 90 %", kind: "seconds" },
      { name: selection.onClock("p50", "resolution"), label: "Resolution, median", kind: "seconds" },
      { name: "csat", label: "CSAT", kind: "share" },
      { name: "ratings", kind: "count" },
      { name: "backlog", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}

export function teammatesCard(selection: Selection): Card {
  const office = selection.filters.clock === "office_hours" ? "office_" : "";
  const rows = selection.table("teammates");
  return {
    id: "support-teammates",
    title: "Teammates",
    note: "Over all conversations that are known; the filters do not act on this table. At most 50 are listed.",
    columns: [
      ...(selection.data.hasPeople ? ([{ name: "teammate_name", label: "Teammate", kind: "text" }] as const) : []),
      { name: "team_names", label: "Teams", kind: "text" },
      { name: "conversations_taken_part_in", label: "Took part in", kind: "count" },
      { name: "replies", kind: "count" },
      { name: "closed_conversations", label: "Closed", kind: "count" },
      { name: `p50_time_to_first_reply_${office}seconds`, label: "First reply, median", kind: "seconds" },
      { name: `p50_time_to_reply_${office}seconds`, label: "Reply, median", kind: "seconds" },
      { name: "csat", label: "CSAT", kind: "share" },
      { name: "ratings_answered", label: "Ratings", kind: "count" },
      { name: "assigned_open_conversations", label: "Open", kind: "count" },
      { name: "assigned_waiting_conversations", label: "Waiting", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}
