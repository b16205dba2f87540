import { type Card, notEnough } from "../card.ts";
import type { Selection } from "../select.ts";
import type { Tab } from "../tab.ts";

export const healthTab: Tab = {
  id: "health",
  name: "Data health",
  parts: (selection) => [streamsCard(selection), reconciliationCard(selection)],
};

function streamsCard(selection: Selection): Card {
  const rows = selection.table("streams");
  return {
    id: "health-streams",
    title: "How up to date and how complete each stream is",
    note: "Rejected records failed validation and were not stored. Unseen records are counted by Intercom and never shown.",
    columns: [
      { name: "stream", kind: "words" },
      { name: "last_loaded_at", label: "Last load", kind: "time" },
      { name: "cursor_lag_seconds", label: "Behind by", kind: "seconds" },
      { name: "loads", kind: "count" },
      { name: "rows_loaded", kind: "count" },
      { name: "records_rejected", label: "Rejected", kind: "count" },
      { name: "unseen", kind: "count" },
      { name: "missing_parts", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}

function reconciliationCard(selection: Selection): Card {
  const rows = selection.table("reconciliation");
  return {
    id: "health-reconciliation",
    title: "Our figures beside Intercom's",
    note: "For each figure of Intercom's statistics: how many conversations agree, and why others do not. docs/metrics.md explains the reasons.",
    columns: [
      { name: "figure", kind: "words" },
      { name: "reason", kind: "words" },
      { name: "conversations", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? "Intercom gave no statistics." : undefined,
    isWide: true,
  };
}
