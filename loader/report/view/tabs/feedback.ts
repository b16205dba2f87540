import { namedBars } from "../../charts/bars.ts";
import { weekLines } from "../../charts/weeks.ts";
import { type Card, notEnough } from "../card.ts";
import { trackersCard } from "../common-cards.ts";
import { numberOf, type Selection } from "../select.ts";
import type { Tab } from "../tab.ts";

const topicsDrawnMax = 6;
const barsMax = 20;

export const feedbackTab: Tab = {
  id: "feedback",
  name: "Feedback",
  parts: (selection) => [
    topicsCard(selection),
    trendCard(selection),
    topicTableCard(selection),
    risingPhrasesCard(selection),
    themesCard(selection),
    trackersCard(selection, "feedback-trackers"),
    quotesCard(selection),
  ],
};

/** The weeks of topics in the period, and how many conversations each topic had in them, most first. */
function topicsOf(selection: Selection) {
  const all = selection.table("topics");
  const weeks = [...new Set(all.map((row) => String(row["week"])))].toSorted().slice(-selection.weeksShown);
  const shown = all.filter((row) => weeks.includes(String(row["week"])));
  const totals = [...Map.groupBy(shown, (row) => String(row["topic"]))]
    .map(([topic, rows]) => ({
      topic,
      kind: rows[0]?.["kind"] ?? "",
      conversations: rows.reduce((sum, row) => sum + (numberOf(row["conversations"]) ?? 0), 0),
      last: rows.find((row) => row["week"] === weeks.at(-1)),
    }))
    .toSorted((a, b) => b.conversations - a.conversations);
  return { weeks, shown, totals };
}

function topicsCard(selection: Selection): Card {
  const { totals, weeks } = topicsOf(selection);
  const rows = totals.map(({ topic, kind, conversations }) => ({ topic, kind, conversations }));
  return {
    id: "feedback-topics",
    title: "What customers write about",
    note: `Conversations of the last ${weeks.length} weeks, each week counted by itself. The filters of team and channel do not act on it.`,
    columns: [
      { name: "topic", kind: "text" },
      { name: "kind", kind: "words" },
      { name: "conversations", kind: "count" },
    ],
    rows,
    draw: namedBars(
      rows.slice(0, barsMax).map(({ topic, conversations }) => ({ name: topic, value: conversations })),
      "count",
    ),
    missing: rows.length === 0 ? notEnough : undefined,
  };
}

function trendCard(selection: Selection): Card {
  const { weeks, shown, totals } = topicsOf(selection);
  const drawn = totals.slice(0, topicsDrawnMax).map(({ topic }) => topic);
  const values = drawn.flatMap((topic) =>
    weeks.map((week) => ({
      week,
      series: topic,
      value: numberOf(shown.find((row) => row["topic"] === topic && row["week"] === week)?.["conversations"]) ?? 0,
    })),
  );
  return {
    id: "feedback-trend",
    title: "The largest topics over time",
    columns: [
      { name: "week", label: "Week of", kind: "day" },
      { name: "series", label: "Topic", kind: "text" },
      { name: "value", label: "Conversations", kind: "count" },
    ],
    rows: values,
    draw: weekLines(values, "count"),
    missing: values.length === 0 ? notEnough : undefined,
  };
}

function topicTableCard(selection: Selection): Card {
  const { totals } = topicsOf(selection);
  const rows = totals.flatMap(({ last }) => (last === undefined ? [] : [last]));
  return {
    id: "feedback-last-week",
    title: "Topics of the last whole week",
    note: "Trend is the week against the mean of the 8 weeks before. Revenue is what the accounts that wrote pay a month.",
    columns: [
      { name: "topic", kind: "text" },
      { name: "kind", kind: "words" },
      { name: "conversations", kind: "count" },
      { name: "average_conversations_8_weeks_before", label: "Usual", kind: "number" },
      { name: "trend", label: "Trend, × usual", kind: "number" },
      { name: "accounts", kind: "count" },
      { name: "mrr_touched", label: "Revenue", kind: "money" },
      { name: "low_rating_share", label: "Low ratings", kind: "share" },
      { name: "rated_conversations", label: "Rated", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}

function risingPhrasesCard(selection: Selection): Card {
  const rows = selection.table("risingPhrases");
  return {
    id: "feedback-rising-phrases",
    title: "Rising phrases",
    note: "What more customers write in the newest days than in the weeks before, whatever the topic. q is the share of such rows that chance would bring.",
    columns: [
      { name: "phrase", kind: "text" },
      { name: "rising_customers", label: "Customers", kind: "count" },
      { name: "usual_customers", label: "Usual", kind: "number" },
      { name: "rising_q_value", label: "q", kind: "number" },
      { name: "accounts", kind: "count" },
      { name: "mrr", label: "Revenue", kind: "money" },
      ...(selection.data.hasPeople ? ([{ name: "quotes", label: "In their words", kind: "text" }] as const) : []),
    ],
    rows,
    missing: rows.length === 0 ? "No phrase rises." : undefined,
    isWide: true,
  };
}

function themesCard(selection: Selection): Card {
  const rows = selection.table("themes");
  return {
    id: "feedback-themes",
    title: "What no topic covers",
    note: "Messages of the last year without a topic, by their most telling phrase. A theme that stays deserves a topic.",
    columns: [
      { name: "theme", kind: "text" },
      { name: "messages", kind: "count" },
      { name: "conversations", kind: "count" },
      { name: "accounts", kind: "count" },
      ...(selection.data.hasPeople ? ([{ name: "quote", label: "The newest", kind: "text" }] as const) : []),
      { name: "sent_at", label: "Sent", kind: "time" },
    ],
    rows,
    draw: namedBars(
      rows.slice(0, barsMax).map((row) => ({ name: String(row["theme"]), value: numberOf(row["messages"]) })),
      "count",
    ),
    missing: rows.length === 0 ? "No phrase is frequent enough in messages without a topic." : undefined,
    isWide: true,
  };
}

function quotesCard(selection: Selection): Card {
  const rows = selection.table("quotes");
  return {
    id: "feedback-quotes",
    title: "In their words",
    note: "The newest messages of each topic.",
    columns: [
      { name: "topic", kind: "text" },
      { name: "quote", kind: "text" },
      { name: "plan", kind: "text" },
      { name: "sent_at", label: "Sent", kind: "time" },
    ],
    rows,
    missing: !selection.data.hasPeople
      ? "This report was made without quotes."
      : rows.length === 0
        ? notEnough
        : undefined,
    isWide: true,
  };
}
