import { type Card, notEnough } from "../../card.ts";
import { linesCard } from "../../over-time.ts";
import type { Selection } from "../../select.ts";

export function teamsCard(selection: Selection): Card {
  const { team } = selection.filters;
  const last = new Map(selection.weeksOfTeams().map((week) => [week.team_id, week]));
  const rows = selection
    .windowsOfTeams()
    .filter((row) => team === "all" || row.team_id === team)
    .map((row) => ({
      ...row,
      team_name: selection.teamName(row.team_id),
      backlog: last.get(row.team_id)?.backlog ?? null,
    }));
  return {
    id: "support-teams",
    title: "Teams",
    note: "In the period, by who had the conversation; the backlog is that of the last whole week.",
    columns: [
      { name: "team_name", label: "Team", kind: "text" },
      { name: "new_conversations", label: "New", kind: "count" },
      { name: "first_replies", kind: "count" },
      { name: "replies", kind: "count" },
      { name: "closed", kind: "count" },
      { name: "reopened", kind: "count" },
      { name: selection.onClock("p50", "first_reply"), label: "First reply, median", kind: "seconds" },
      { name: selection.onClock("p90", "first_reply"), label: "First reply, 90 %", kind: "seconds" },
      { name: selection.onClock("p50", "resolution"), label: "Resolution, median", kind: "seconds" },
      { name: "csat", label: "CSAT", kind: "share" },
      { name: "ratings", kind: "count" },
      { name: "rating_response_rate", label: "Response rate", kind: "share" },
      { name: "backlog", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}

export function handOversCard(selection: Selection): Card {
  return linesCard(selection, {
    id: "support-hand-overs",
    title: "Hand-overs between teams",
    note: "Open conversations that another team had at the end of the day before.",
    unit: "count",
    // Over all teams, one team's loss is the other's gain.
    series:
      selection.filters.team === "all"
        ? [{ name: "Handed over", column: "handed_in" }]
        : [
            { name: "Taken over", column: "handed_in" },
            { name: "Handed on", column: "handed_out" },
          ],
    isWide: true,
  });
}

export function teammatesCard(selection: Selection): Card {
  const office = selection.filters.clock === "office_hours" ? "office_" : "";
  const rows = selection.table("teammates");
  return {
    id: "support-teammates",
    title: "Teammates",
    note: "In the period; open and waiting are of now, over all teams and channels. At most 50 are listed.",
    columns: [
      ...(selection.data.hasPeople ? ([{ name: "teammate_name", label: "Teammate", kind: "text" }] as const) : []),
      { name: "team_names", label: "Teams", kind: "text" },
      { name: "replies", kind: "count" },
      { name: "first_replies", kind: "count" },
      { name: "closed", kind: "count" },
      { name: `p50_time_to_first_reply_${office}seconds`, label: "First reply, median", kind: "seconds" },
      { name: `p50_time_to_reply_${office}seconds`, label: "Reply, median", kind: "seconds" },
      { name: "csat", label: "CSAT", kind: "share" },
      { name: "ratings", kind: "count" },
      { name: "rating_response_rate", label: "Response rate", kind: "share" },
      { name: "assigned_open_conversations", label: "Open", kind: "count" },
      { name: "assigned_waiting_conversations", label: "Waiting", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}
