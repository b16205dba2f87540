import { namedBars } from "../../../charts/bars.ts";
import { weekLines } from "../../../charts/weeks.ts";
import { words } from "../../../format.ts";
import { type Card, notEnough } from "../../card.ts";
import { weekValue } from "../../over-time.ts";
import { numberOf, type Selection } from "../../select.ts";

const teamsDrawnMax = 6;

export function bandsCard(selection: Selection, duration: "first_reply" | "resolution", title: string): Card {
  const rows = selection.durations(duration);
  // A band in which nothing fell has a bar of 0, so that two charts can be compared.
  const bars = selection.bands().map((band) => ({
    name: words(band),
    value: numberOf(rows.find((row) => row.band === band)?.durations) ?? 0,
  }));
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

/** Medians of teams over time: of first replies, or of all replies. */
export function repliesByTeam(selection: Selection, of: "first_reply" | "reply"): Card {
  const column = selection.onClock("p50", of);
  const n = of === "reply" ? "replies" : "first_replies";
  const largest = selection
    .windowsOfTeams()
    .toSorted((a, b) => (numberOf(b[n]) ?? 0) - (numberOf(a[n]) ?? 0))
    .slice(0, teamsDrawnMax)
    .map(({ team_id }) => team_id);
  const chosen = selection.filters.team;
  const shown = chosen === "all" ? largest : [chosen];
  const rows = selection.weeksOfTeams().filter((week) => shown.includes(week.team_id));
  const values = rows.map((week) => weekValue(week, { name: selection.teamName(week.team_id), column, of: n }));
  const isByChannel = selection.filters.channel !== "all";
  return {
    id: `support-${n.replace("_", "-")}-team`,
    title: `Time to ${of === "reply" ? "a reply, first or later," : "the first reply"} by team, median`,
    note: `The ${teamsDrawnMax} teams with most ${words(n)} at most. Hollow points are of fewer than 10.`,
    columns: [
      { name: "week", label: "Week of", kind: "day" },
      { name: "team_name", label: "Team", kind: "text" },
      { name: column, label: "Median", kind: "seconds" },
      { name: n, label: "n", kind: "count" },
    ],
    rows: rows.map((week) => ({ ...week, team_name: selection.teamName(week.team_id) })),
    draw: weekLines(values, "seconds"),
    missing: isByChannel
      ? "Medians of weeks are known by team and by channel, not by both. Take the filter of channels off."
      : values.some(({ value }) => value !== null)
        ? undefined
        : notEnough,
    isWide: true,
  };
}
