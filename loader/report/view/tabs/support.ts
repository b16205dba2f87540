import { namedBars } from "../../charts/bars.ts";
import { heatMap } from "../../charts/heat-map.ts";
import { weekBars, weekLines } from "../../charts/weeks.ts";
import { sentenceCase, words } from "../../format.ts";
import { type Card, notEnough } from "../card.ts";
import { barsCard, linesCard, weekValue } from "../over-time.ts";
import { numberOf, type Selection } from "../select.ts";
import type { Tab } from "../tab.ts";

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const teamsDrawnMax = 6;

export const supportTab: Tab = {
  id: "support",
  name: "Support",
  parts: (selection) => [
    { heading: "Who waits now" },
    waitingCard(selection),
    { heading: "What comes in" },
    byChannel(selection),
    linesCard(selection, {
      id: "support-flow",
      title: "Created, reopened and closed",
      note: "A conversation can close and be reopened several times.",
      unit: "count",
      series: [
        { name: "Created", column: "created" },
        { name: "Reopened", column: "reopened" },
        { name: "Closed", column: "closed" },
      ],
    }),
    hoursCard(selection),
    { heading: "What is left" },
    barsCard(selection, {
      id: "support-backlog",
      title: "Backlog at the week's end, by who has to act",
      unit: "count",
      series: [
        { name: "Waiting for us", column: "backlog_waiting_for_us" },
        { name: "Waiting for the customer", column: "backlog_waiting_for_customer" },
        { name: "Snoozed", column: "backlog_snoozed" },
        { name: "Outbound, unanswered", column: "backlog_outbound_unanswered" },
      ],
    }),
    barsCard(selection, {
      id: "support-backlog-age",
      title: "Backlog at the week's end, by age",
      note: "Days since the customer's first message; outbound messages that nobody answered are left out.",
      unit: "count",
      series: [
        { name: "Under 1 day", column: "backlog_age_under_1_day" },
        { name: "1 to 3 days", column: "backlog_age_1_to_3_days" },
        { name: "3 to 7 days", column: "backlog_age_3_to_7_days" },
        { name: "7 to 30 days", column: "backlog_age_7_to_30_days" },
        { name: "Over 30 days", column: "backlog_age_over_30_days" },
      ],
    }),
    { heading: "How fast" },
    linesCard(selection, {
      id: "support-replies",
      title: "Time to a reply, median",
      note: "First replies, and all replies to a customer who waits. Hollow points are of fewer than 10.",
      unit: "seconds",
      series: [
        { name: "First reply", column: selection.onClock("p50", "first_reply"), of: "first_replies" },
        { name: "Every reply", column: selection.onClock("p50", "reply"), of: "replies" },
      ],
    }),
    linesCard(selection, {
      id: "support-replies-p90",
      title: "Time to a reply, 90 % within",
      unit: "seconds",
      series: [
        { name: "First reply", column: selection.onClock("p90", "first_reply"), of: "first_replies" },
        { name: "Every reply", column: selection.onClock("p90", "reply"), of: "replies" },
      ],
    }),
    repliesByTeam(selection),
    bandsCard(selection, "first_reply", "How long first replies took"),
    bandsCard(selection, "resolution", "How long resolutions took"),
    { heading: "How well" },
    linesCard(selection, {
      id: "support-csat",
      title: "Satisfied customers (CSAT)",
      note: "Share of ratings of 4 and 5. Hollow points are of fewer than 10 ratings.",
      unit: "share",
      series: [{ name: "CSAT", column: "csat", of: "ratings" }],
    }),
    linesCard(selection, {
      id: "support-cx",
      title: "CX score, mean",
      note: "Intercom's score of conversations, 1 to 5.",
      unit: "score",
      series: [{ name: "CX score", column: "average_cx_score", of: "cx_scores" }],
    }),
    linesCard(selection, {
      id: "support-sla",
      title: "SLAs met",
      note: "Share of the SLAs of new conversations that were hit, of those hit or missed.",
      unit: "share",
      series: [{ name: "SLAs met", column: "sla_hit_rate", of: "sla_decided" }],
    }),
    finCard(selection),
    { heading: "Teams and teammates" },
    teamsCard(selection),
    teammatesCard(selection),
  ],
};

function waitingCard(selection: Selection): Card {
  const { team, channel } = selection.filters;
  const rows = selection
    .table("waiting")
    .filter((row) => team === "all" || (row["assigned_team_id"] ?? "none") === team)
    .filter((row) => channel === "all" || row["channel"] === channel);
  const wait = selection.filters.clock === "office_hours" ? "open_wait_office_seconds" : "open_wait_seconds";
  const people = selection.data.hasPeople
    ? ([
        { name: "contact_name", label: "Customer", kind: "text" },
        { name: "contact_email", label: "E-mail", kind: "text" },
        { name: "company_name", label: "Company", kind: "text" },
        { name: "assigned_teammate_name", label: "Teammate", kind: "text" },
      ] as const)
    : [];
  return {
    id: "support-waiting",
    title: "Customers who wait for us",
    note: "Longest first, as of the last sync. At most 300 are listed.",
    columns: [
      { name: "conversation_id", label: "Conversation", kind: "text", link: "url" },
      { name: wait, label: "Waits for", kind: "seconds" },
      ...people,
      { name: "assigned_team_name", label: "Team", kind: "text" },
      { name: "channel", kind: "words" },
      { name: "priority", kind: "words" },
      { name: "sla_status", label: "SLA", kind: "words" },
      { name: "is_unreplied", label: "No reply yet", kind: "yes" },
    ],
    rows,
    missing: rows.length === 0 ? "Nobody waits for us." : undefined,
    isWide: true,
  };
}

function byChannel(selection: Selection): Card {
  const { channel, team } = selection.filters;
  if (channel !== "all" || team !== "all")
    return barsCard(selection, {
      id: "support-channels",
      title: "New conversations",
      note: "By week, of the team or channel that is chosen.",
      unit: "count",
      series: [{ name: "New conversations", column: "new_conversations" }],
    });
  const rows = selection.weeksOf("channel");
  const values = rows.map((week) =>
    weekValue(week, { name: sentenceCase(words(String(week.channel))), column: "new_conversations" }),
  );
  return {
    id: "support-channels",
    title: "New conversations, by channel",
    columns: [
      { name: "week", label: "Week of", kind: "day" },
      { name: "channel", kind: "words" },
      { name: "new_conversations", kind: "count" },
    ],
    rows,
    legend: [...new Set(values.map(({ series }) => series))],
    draw: weekBars(values, "count"),
    missing: values.length === 0 ? notEnough : undefined,
  };
}

function hoursCard(selection: Selection): Card {
  const counted = selection.hours();
  const cells = weekdays.flatMap((row, index) =>
    Array.from({ length: 24 }, (_, column) => ({
      row,
      column,
      value:
        numberOf(
          counted.find((cell) => cell.weekday === index + 1 && cell.hour_of_day === column)?.new_conversations,
        ) ?? 0,
    })),
  );
  return {
    id: "support-hours",
    title: "When customers write",
    note: `New conversations by weekday and hour of the day (${selection.data.timeZone}) in the period.`,
    columns: [
      { name: "weekday_name", label: "Weekday", kind: "text" },
      { name: "hour_of_day", label: "Hour", kind: "count" },
      { name: "new_conversations", kind: "count" },
    ],
    rows: counted.map((cell) => ({ ...cell, weekday_name: weekdays[Number(cell.weekday) - 1] ?? "" })),
    draw: heatMap(
      cells,
      weekdays,
      Array.from({ length: 24 }, (_, hour) => hour),
    ),
    missing: counted.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}

function bandsCard(selection: Selection, duration: "first_reply" | "resolution", title: string): Card {
  const rows = selection.durations(duration);
  const bars = rows.map((row) => ({ name: words(String(row.band)), value: numberOf(row.durations) }));
  return {
    id: `support-bands-${duration}`,
    title,
    note: "In the period.",
    columns: [
      { name: "band", label: "Took", kind: "words" },
      { name: "durations", label: "How many", kind: "count" },
    ],
    rows,
    draw: namedBars(bars, "count"),
    missing: rows.length === 0 ? notEnough : undefined,
  };
}

function repliesByTeam(selection: Selection): Card {
  const column = selection.onClock("p50", "first_reply");
  const largest = selection
    .windowsOf("team")
    .toSorted((a, b) => (numberOf(b.first_replies) ?? 0) - (numberOf(a.first_replies) ?? 0))
    .slice(0, teamsDrawnMax)
    .map(({ team_id }) => team_id);
  const chosen = selection.filters.team;
  const shown = chosen === "all" ? largest : [chosen];
  const rows = selection.weeksOf("team").filter((week) => shown.includes(week.team_id));
  const values = rows.map((week) =>
    weekValue(week, { name: selection.teamName(week.team_id), column, of: "first_replies" }),
  );
  const isByChannel = selection.filters.channel !== "all";
  return {
    id: "support-replies-team",
    title: "Time to the first reply by team, median",
    note: `The ${teamsDrawnMax} teams with most first replies at most. Hollow points are of fewer than 10.`,
    columns: [
      { name: "week", label: "Week of", kind: "day" },
      { name: "team_name", label: "Team", kind: "text" },
      { name: column, label: "First reply", kind: "seconds" },
      { name: "first_replies", label: "n", kind: "count" },
    ],
    rows: rows.map((week) => ({ ...week, team_name: selection.teamName(week.team_id) })),
    draw: weekLines(values, "seconds"),
    missing: isByChannel
      ? "Weeks of teams are not counted by channel. Take the filter of channels off."
      : values.some(({ value }) => value !== null)
        ? undefined
        : notEnough,
    isWide: true,
  };
}

function finCard(selection: Selection): Card {
  const window = selection.window();
  const steps = [
    { name: "New conversations", value: numberOf(window?.new_conversations) },
    { name: "Fin took part", value: numberOf(window?.ai_agent_involved) },
    { name: "Fin answered", value: numberOf(window?.ai_agent_answered) },
    { name: "Deflected", value: numberOf(window?.ai_agent_deflected) },
    { name: "Resolved by Fin", value: numberOf(window?.ai_agent_resolved) },
    { name: "Handed over", value: numberOf(window?.ai_agent_handed_over) },
  ];
  return {
    id: "support-fin",
    title: "What Fin did",
    note: "New conversations in the period.",
    columns: [
      { name: "name", label: "Step", kind: "text" },
      { name: "value", label: "Conversations", kind: "count" },
    ],
    rows: steps,
    draw: namedBars(steps, "count"),
    missing:
      window === undefined || steps[1]?.value === 0 ? "Fin took part in no conversation of the period." : undefined,
  };
}

function teamsCard(selection: Selection): Card {
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

function teammatesCard(selection: Selection): Card {
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
