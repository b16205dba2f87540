import { namedBars } from "../../charts/bars.ts";
import { formatted } from "../../format.ts";
import { type Card, notEnough } from "../card.ts";
import { numberOf, type Selection } from "../select.ts";
import type { Tab } from "../tab.ts";

const drawnMax = 10;
const payingMax = 10;
const withoutNames = "This report was made without names of companies.";

export const accountsTab: Tab = {
  id: "accounts",
  name: "Accounts",
  parts: (selection) => [worseCard(selection), volumeCard(selection), payingCard(selection), companiesCard(selection)],
};

function worseCard(selection: Selection): Card {
  const rows = selection.table("companyTrend");
  return {
    id: "accounts-trend",
    title: "Companies for which support got worse",
    note: "The last 28 days against the 84 before: conversations, reopenings, slow replies and low ratings. The filters do not act on it.",
    columns: [
      { name: "company_name", label: "Company", kind: "text" },
      { name: "score", label: "Signs", kind: "count" },
      { name: "conversations", kind: "count" },
      { name: "usual_conversations", label: "Usual", kind: "number" },
      { name: "reopenings", kind: "count" },
      { name: "usual_reopenings", label: "Usual", kind: "number" },
      { name: "slow_replies", kind: "count" },
      { name: "usual_slow_replies", label: "Usual", kind: "number" },
      { name: "low_ratings", kind: "count" },
      { name: "usual_low_ratings", label: "Usual", kind: "number" },
    ],
    rows,
    missing: missing(selection, rows.length, "For no company did support get worse, as far as can be told."),
    isWide: true,
  };
}

function volumeCard(selection: Selection): Card {
  const rows = selection.table("companies").filter((row) => Number(row["place"]) <= drawnMax);
  return {
    id: "accounts-volume",
    title: "Companies with most conversations",
    note: "New conversations in the period.",
    columns: [
      { name: "company_name", label: "Company", kind: "text" },
      { name: "new_conversations", kind: "count" },
    ],
    rows,
    draw: namedBars(
      rows.map((row) => ({ name: String(row["company_name"] ?? "–"), value: numberOf(row["new_conversations"]) })),
      "count",
    ),
    missing: missing(selection, rows.length, notEnough),
  };
}

function payingCard(selection: Selection): Card {
  const rows = selection
    .table("companies")
    .filter((row) => Number(row["spend_place"]) <= payingMax && numberOf(row["monthly_spend"]) !== null)
    .toSorted((a, b) => Number(a["spend_place"]) - Number(b["spend_place"]));
  return {
    id: "accounts-paying",
    title: "Companies that pay most, and their conversations",
    note: "Of the companies that wrote in the period. Monthly spend, before the name, is the attribute in Intercom.",
    columns: [
      { name: "company_name", label: "Company", kind: "text" },
      { name: "monthly_spend", label: "Monthly spend", kind: "money" },
      { name: "new_conversations", kind: "count" },
    ],
    rows,
    draw: namedBars(
      rows.map((row) => ({
        name: `${formatted(numberOf(row["monthly_spend"]), "money")} ${row["company_name"] ?? "–"}`,
        value: numberOf(row["new_conversations"]),
      })),
      "count",
    ),
    missing: missing(selection, rows.length, "No company that wrote has a monthly spend in Intercom."),
  };
}

function companiesCard(selection: Selection): Card {
  const office = selection.filters.clock === "office_hours" ? "office_" : "";
  const rows = selection.table("companies");
  return {
    id: "accounts-companies",
    title: "Companies, with what they pay",
    note: "Those with most new conversations in the period, and those that pay most. Open and the last conversation are of now.",
    columns: [
      { name: "company_name", label: "Company", kind: "text" },
      { name: "plan_name", label: "Plan", kind: "text" },
      { name: "monthly_spend", label: "Monthly spend", kind: "money" },
      { name: "new_conversations", label: "New", kind: "count" },
      { name: "reopened", kind: "count" },
      { name: "open_conversations", label: "Open", kind: "count" },
      { name: `p50_time_to_first_reply_${office}seconds`, label: "First reply, median", kind: "seconds" },
      { name: "csat", label: "CSAT", kind: "share" },
      { name: "ratings", kind: "count" },
      { name: "last_conversation_at", label: "Last conversation", kind: "time" },
    ],
    rows,
    missing: missing(selection, rows.length, notEnough),
    isWide: true,
  };
}

function missing(selection: Selection, rows: number, nothing: string): string | undefined {
  if (!selection.data.hasPeople) return withoutNames;
  return rows === 0 ? nothing : undefined;
}
