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

/** Trackers, and who waits for them. Shown in several tabs, each under an id of its own. */
export function trackersCard(selection: Selection, id: string): Card {
  const rows = selection.table("trackers");
  return {
    id,
    title: "Trackers, and who waits for them",
    columns: [
      { name: "inbox_number", label: "Ticket", kind: "text" },
      ...(selection.data.hasPeople ? ([{ name: "title", kind: "text" }] as const) : []),
      { name: "type", kind: "text" },
      { name: "state_label", label: "State", kind: "text" },
      { name: "is_waited_for", label: "Waited for", kind: "yes" },
      { name: "open_conversations", label: "Open conversations", kind: "count" },
      { name: "accounts", kind: "count" },
      { name: "mrr", label: "Revenue", kind: "money" },
      { name: "created_at", label: "Since", kind: "time" },
    ],
    rows,
    missing: rows.length === 0 ? "There are no tracker tickets." : undefined,
    isWide: true,
  };
}
