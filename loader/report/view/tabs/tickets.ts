import { weekBars, weekLines } from "../../charts/weeks.ts";
import { words } from "../../format.ts";
import { type Card, notEnough } from "../card.ts";
import { trackersCard } from "../common-cards.ts";
import { numberOf, type Selection } from "../select.ts";
import type { Tab } from "../tab.ts";

const states = [
  { column: "submitted", name: "Submitted" },
  { column: "in_progress", name: "In progress" },
  { column: "waiting_on_customer", name: "Waiting on customer" },
] as const;
const flows = [
  { column: "created", name: "Created" },
  { column: "resolved", name: "Resolved" },
] as const;

export const ticketsTab: Tab = {
  id: "tickets",
  name: "Tickets",
  parts: (selection) => {
    const categories = [...new Set(selection.table("ticketsNow").map((row) => String(row["category"])))];
    return [
      { heading: "Tickets", text: "The filters of team and channel do not act on tickets." },
      ...categories.flatMap((category) => [
        overTime(
          selection,
          category,
          `tickets-open-${words(category)}`,
          `${category} tickets that are open, by state`,
          states,
          "bars",
        ),
        overTime(
          selection,
          category,
          `tickets-flow-${words(category)}`,
          `${category} tickets created and resolved`,
          flows,
          "lines",
        ),
      ]),
      timesCard(selection),
      nowCard(selection),
      trackersCard(selection, "tickets-trackers"),
    ];
  },
};

function overTime(
  selection: Selection,
  category: string,
  id: string,
  title: string,
  series: readonly { readonly column: string; readonly name: string }[],
  kind: "bars" | "lines",
): Card {
  const rows = selection
    .table("ticketWeeks")
    .filter((row) => row["category"] === category)
    .slice(-selection.weeksShown);
  const values = rows.flatMap((row) =>
    series.map(({ column, name }) => ({ week: String(row["week"]), series: name, value: numberOf(row[column]) })),
  );
  return {
    id: id.toLowerCase().replaceAll(/[^a-z]+/g, "-"),
    title,
    columns: [
      { name: "week", label: "Week of", kind: "day" },
      ...series.map(({ column, name }) => ({ name: column, label: name, kind: "count" as const })),
    ],
    rows,
    ...(kind === "bars" ? { legend: series.map(({ name }) => name) } : {}),
    draw: kind === "bars" ? weekBars(values, "count") : weekLines(values, "count"),
    missing: values.length === 0 ? notEnough : undefined,
  };
}

function timesCard(selection: Selection): Card {
  const office = selection.filters.clock === "office_hours" ? "office_" : "";
  const rows = selection.table("ticketTimes").filter((row) => (numberOf(row["tickets"]) ?? 0) > 0);
  return {
    id: "tickets-times",
    title: "How long tickets were in each state",
    note: "Tickets that are resolved now and whose history is whole, over all time.",
    columns: [
      { name: "category", kind: "text" },
      { name: "type", kind: "text" },
      { name: "state_category", label: "State", kind: "words" },
      { name: `p50_${office}seconds`, label: "Median", kind: "seconds" },
      { name: `p90_${office}seconds`, label: "90 % within", kind: "seconds" },
      { name: "tickets", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? notEnough : undefined,
    isWide: true,
  };
}

function nowCard(selection: Selection): Card {
  const rows = selection.table("ticketsNow");
  return {
    id: "tickets-now",
    title: "Tickets now",
    columns: [
      { name: "category", kind: "text" },
      { name: "type", kind: "text" },
      { name: "state_category", label: "State", kind: "words" },
      { name: "tickets", kind: "count" },
    ],
    rows,
    missing: rows.length === 0 ? "There are no tickets." : undefined,
    isWide: true,
  };
}
