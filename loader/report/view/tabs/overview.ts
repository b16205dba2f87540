import { dayText } from "../../format.ts";
import { backlogCard, csatCard } from "../common-cards.ts";
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
    backlogCard(selection, "overview-backlog"),
    linesCard(selection, {
      id: "overview-first-reply",
      title: "Time to the first reply, median",
      note: "Hollow points are of fewer than 10 replies.",
      unit: "seconds",
      series: [{ name: "First reply", column: selection.onClock("p50", "first_reply"), of: "first_replies" }],
    }),
    csatCard(selection, "overview-csat"),
  ],
};
