import type { Card } from "../../card.ts";
import type { Selection } from "../../select.ts";

export function waitingCard(selection: Selection): Card {
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
