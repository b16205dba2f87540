import { namedBars } from "../../charts/bars.ts";
import { type Card, notEnough } from "../card.ts";
import { numberOf, type Selection } from "../select.ts";
import type { Tab } from "../tab.ts";

const runsDrawnMax = 20;

export const healthTab: Tab = {
  id: "health",
  name: "Data health",
  parts: (selection) => [streamsCard(selection), runsCard(selection), reconciliationCard(selection)],
};

function streamsCard(selection: Selection): Card {
  const rows = selection.table("streams");
  return {
    id: "health-streams",
    title: "How up to date and how complete each stream is",
    note: "Rejected records failed validation. Unseen ones are counted by Intercom and never shown, as without a permission. A gap between searched times counts as behind.",
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

function runsCard(selection: Selection): Card {
  const rows = selection.table("runs");
  const bars = rows.slice(-runsDrawnMax).map((run) => ({
    // To the second, because names of bars must differ.
    name: String(run["started_at"] ?? run["run_id"])
      .replace(/[TZ]/g, " ")
      .trim(),
    value: numberOf(run["seconds"]),
  }));
  return {
    id: "health-runs",
    title: "How long runs of the sync took",
    note: "From the run's begin (UTC) to its last load; the newest is last. A run that stored nothing is not listed.",
    columns: [
      { name: "started_at", label: "Began", kind: "time" },
      { name: "seconds", label: "Took", kind: "seconds" },
      { name: "streams", kind: "count" },
      { name: "rows_loaded", kind: "count" },
      { name: "rows_rejected", label: "Rejected", kind: "count" },
      { name: "run_id", label: "Run", kind: "text" },
    ],
    rows,
    draw: namedBars(bars, "seconds"),
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
