import { dayText } from "../../format.ts";
import { changedMost, keyFigureElements } from "../key-figures.ts";
import { barsCard, linesCard } from "../over-time.ts";
import type { Tab } from "../tab.ts";

const trendWidth = 180;

export const overviewTab: Tab = {
  id: "overview",
  name: "Overview",
  parts: (selection) => [
    {
      element: ({ make, document, selection: shown }) => {
        const period = shown.compared("created");
        const between =
          period === undefined
            ? ""
            : `${dayText(String(period.starts_on))} to ${dayText(String(period.ends_on))}, beside as many weeks before`;
        return make(
          "div",
          { class: "summary" },
          make("p", { class: "period" }, between),
          make("p", { class: "sentence" }, changedMost(shown)),
          keyFigureElements(make, document, shown, trendWidth),
        );
      },
    },
    barsCard(selection, {
      id: "overview-volume",
      title: "New conversations",
      note: "Conversations in which a customer first wrote, by week.",
      unit: "count",
      series: [{ name: "New conversations", column: "new_conversations" }],
    }),
    barsCard(selection, {
      id: "overview-backlog",
      title: "Backlog at the week's end",
      note: "Open and snoozed conversations, by who has to act.",
      unit: "count",
      series: [
        { name: "Waiting for us", column: "backlog_waiting_for_us" },
        { name: "Waiting for the customer", column: "backlog_waiting_for_customer" },
        { name: "Snoozed", column: "backlog_snoozed" },
        { name: "Outbound, unanswered", column: "backlog_outbound_unanswered" },
      ],
    }),
    linesCard(selection, {
      id: "overview-first-reply",
      title: "Time to the first reply, median",
      note: "Hollow points are of fewer than 10 replies.",
      unit: "seconds",
      series: [{ name: "First reply", column: selection.onClock("p50", "first_reply"), of: "first_replies" }],
    }),
    linesCard(selection, {
      id: "overview-csat",
      title: "Satisfied customers (CSAT)",
      note: "Share of ratings of 4 and 5. Hollow points are of fewer than 10 ratings.",
      unit: "share",
      series: [{ name: "CSAT", column: "csat", of: "ratings" }],
    }),
  ],
};
