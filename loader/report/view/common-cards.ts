import type { Card } from "./card.ts";
import { barsCard, linesCard } from "./over-time.ts";
import type { Selection } from "./select.ts";

/** What is left at each week's end, by who has to act. Shown in several tabs, each under an id of its own. */
export function backlogCard(selection: Selection, id: string): Card {
  return barsCard(selection, {
    id,
    title: "Backlog at the week's end, by who has to act",
    note: "Open and snoozed conversations.",
    unit: "count",
    series: [
      { name: "Waiting for us", column: "backlog_waiting_for_us" },
      { name: "Waiting for the customer", column: "backlog_waiting_for_customer" },
      { name: "Snoozed", column: "backlog_snoozed" },
      { name: "Outbound, unanswered", column: "backlog_outbound_unanswered" },
    ],
  });
}

/** The share of good ratings, by week. */
export function csatCard(selection: Selection, id: string): Card {
  return linesCard(selection, {
    id,
    title: "Satisfied customers (CSAT)",
    note: "Share of ratings of 4 and 5. Hollow points are of fewer than 10 ratings.",
    unit: "share",
    series: [{ name: "CSAT", column: "csat", of: "ratings" }],
  });
}
