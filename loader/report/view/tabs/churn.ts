import { namedBars } from "../../charts/bars.ts";
import { intervals } from "../../charts/intervals.ts";
import { survivalCurves } from "../../charts/survival.ts";
import { formatted, sentenceCase, words } from "../../format.ts";
import type { Row } from "../../read/table.ts";
import type { Card } from "../card.ts";
import { numberOf, type Selection } from "../select.ts";
import type { Tab, TabPart } from "../tab.ts";

const topicsDrawnMax = 20;
const subjectsDrawnMax = 15;
const noAccounts = "Not enough accounts that left to say anything. seeds/README.md says how to name your accounts.";

/** What the churn marts show is a correlation: this stands above all of it. */
const caveat =
  "These figures show what goes together, not what causes what. Accounts that write may differ from those that don't in ways that nobody " +
  "measured. docs/churn.md says what would mislead.";

export const churnTab: Tab = {
  id: "churn",
  name: "Churn",
  parts: (selection) => [
    { heading: "Support and churn", text: caveat },
    summaryCard(selection),
    topicsCard(selection),
    correlationsCard(selection),
    ...bucketCards(selection),
    survivalCard(selection),
    inputCard(selection),
  ],
};

/** What a decision needs, on one scale: how many accounts leave in a year beyond accounts that are otherwise alike. */
function summaryCard(selection: Selection): Card {
  const rows = selection.table("churnSummary");
  const shown = rows.slice(0, subjectsDrawnMax).map((row) => ({
    name: subjectName(row),
    value: numberOf(row["accounts_at_risk_a_year"]) ?? 0,
    low: numberOf(row["accounts_at_risk_a_year_low"]),
    high: numberOf(row["accounts_at_risk_a_year_high"]),
  }));
  return {
    id: "churn-summary",
    title: "Accounts at risk in a year",
    note: "How many more accounts leave in a year than comparable ones, with the 95 % interval. For a feature, its worst quarter counts: the slowest replies, the most tickets. Surest and costliest first.",
    columns: [
      { name: "exposure", label: "What", kind: "text" },
      { name: "subject_kind", label: "Kind", kind: "words" },
      { name: "exposed_accounts", label: "Accounts", kind: "count" },
      { name: "accounts_at_risk_a_year", label: "At risk a year", kind: "number" },
      { name: "accounts_at_risk_a_year_low", label: "Low", kind: "number" },
      { name: "accounts_at_risk_a_year_high", label: "High", kind: "number" },
      { name: "mrr_at_risk_a_year", label: "Monthly revenue at risk", kind: "money" },
      { name: "q_value", label: "q", kind: "p" },
      { name: "reading", kind: "text" },
    ],
    rows,
    draw: intervals(shown, "number", 0),
    missing: rows.length === 0 ? noAccounts : undefined,
    isWide: true,
  };
}

function subjectName(row: Row): string {
  const kind = String(row["subject_kind"]);
  if (kind !== "feature") return `${row["subject"]} (${words(kind)})`;
  // Of "the slowest first replies (10.5 hours or more)", the words.
  return String(row["exposure"])
    .replace(/^the /, "")
    .replace(/ \(.*$/, "");
}

function bucketCards(selection: Selection): readonly TabPart[] {
  const rows = selection.table("churnBuckets").filter((row) => row["is_sufficient"] === true);
  if (rows.length === 0)
    return [{ id: "churn-buckets", title: "Churn by feature", columns: [], rows: [], missing: noAccounts }];
  return [...Map.groupBy(rows, (row) => String(row["feature"]))].map(([feature, buckets]): Card => {
    const isTime = feature.endsWith("_seconds");
    const end = (value: unknown): string => formatted(numberOf(value), isTime ? "seconds" : "number");
    const shown = buckets.map((row) => ({
      name: rangeText(end(row["bucket_from"]), end(row["bucket_to"])),
      value: numberOf(row["churn_rate"]) ?? 0,
      low: numberOf(row["churn_rate_low"]),
      high: numberOf(row["churn_rate_high"]),
    }));
    return {
      id: `churn-bucket-${feature}`,
      title: `Churn by ${words(feature.replace(/_seconds$/, ""))}`,
      note: String(buckets[0]?.["reading"] ?? ""),
      columns: [
        { name: "bucket_from", label: "From", kind: isTime ? "seconds" : "number" },
        { name: "bucket_to", label: "To", kind: isTime ? "seconds" : "number" },
        { name: "churn_rate", label: "Churn", kind: "share" },
        { name: "churn_rate_low", label: "Low", kind: "share" },
        { name: "churn_rate_high", label: "High", kind: "share" },
        { name: "account_months", kind: "count" },
        { name: "accounts", kind: "count" },
      ],
      rows: buckets,
      draw: intervals(shown, "share"),
    };
  });
}

function rangeText(from: string, to: string): string {
  return from === to ? from : `${from} to ${to}`;
}

function topicsCard(selection: Selection): Card {
  const rows = selection
    .table("churnTopics")
    .filter((row) => row["is_sufficient"] === true && numberOf(row["adjusted_odds_ratio"]) !== null)
    .toSorted((a, b) => (numberOf(a["clustered_q_value"]) ?? 1) - (numberOf(b["clustered_q_value"]) ?? 1));
  const shown = rows.slice(0, topicsDrawnMax).map((row) => ({
    // A tag and a topic of feedback may have the same name.
    name: `${row["topic"]} (${words(String(row["topic_kind"]))})`,
    value: numberOf(row["adjusted_odds_ratio"]) ?? 1,
    low: numberOf(row["clustered_odds_ratio_low"]),
    high: numberOf(row["clustered_odds_ratio_high"]),
  }));
  return {
    id: "churn-topics",
    title: "Topics and churn",
    note: "Odds ratio of accounts that wrote about the topic, among accounts of the same tenure, plan, quarter and number of tickets. Right of 1, accounts that wrote about the topic left more often.",
    columns: [
      { name: "topic", kind: "text" },
      { name: "topic_kind", label: "Kind", kind: "words" },
      { name: "exposed_accounts", label: "Accounts", kind: "count" },
      { name: "exposed_churn_rate", label: "Churn with it", kind: "share" },
      { name: "unexposed_churn_rate", label: "Churn without", kind: "share" },
      { name: "adjusted_odds_ratio", label: "Odds ratio", kind: "number" },
      { name: "clustered_odds_ratio_low", label: "Low", kind: "number" },
      { name: "clustered_odds_ratio_high", label: "High", kind: "number" },
      { name: "clustered_q_value", label: "q, by account", kind: "p" },
      { name: "reading", kind: "text" },
    ],
    rows,
    draw: intervals(shown, "number", 1),
    missing: rows.length === 0 ? noAccounts : undefined,
    isWide: true,
  };
}

function correlationsCard(selection: Selection): Card {
  const rows = selection
    .table("churnCorrelations")
    .filter((row) => row["is_sufficient"] === true)
    .toSorted((a, b) => Math.abs(numberOf(b["spearman_rho"]) ?? 0) - Math.abs(numberOf(a["spearman_rho"]) ?? 0));
  return {
    id: "churn-correlations",
    title: "What goes together with churn",
    note: "Rank correlation, strongest first. A q value under 0.05 is unlikely to be chance.",
    columns: [
      { name: "feature", kind: "words" },
      { name: "spearman_rho", label: "Rank correlation", kind: "number" },
      { name: "auc", label: "AUC", kind: "number" },
      { name: "score_q_value", label: "q", kind: "p" },
      { name: "adjusted_q_value", label: "q, same tenure, plan, tickets", kind: "p" },
      { name: "accounts", kind: "count" },
      { name: "churned_accounts", label: "Left", kind: "count" },
      { name: "reading", kind: "text" },
    ],
    rows,
    missing: rows.length === 0 ? noAccounts : undefined,
    isWide: true,
  };
}

function survivalCard(selection: Selection): Card {
  const rows = selection.table("churnSurvival").filter((row) => row["is_sufficient"] === true);
  const [test] = selection.table("churnSurvivalTests");
  return {
    id: "churn-survival",
    title: "How many accounts stay",
    note: String(test?.["reading"] ?? ""),
    columns: [
      { name: "experience", kind: "words" },
      { name: "duration_days", label: "Days", kind: "count" },
      { name: "at_risk", label: "Accounts", kind: "count" },
      { name: "survival", label: "Left with us", kind: "share" },
      { name: "survival_low", label: "Low", kind: "share" },
      { name: "survival_high", label: "High", kind: "share" },
    ],
    rows,
    draw: survivalCurves(
      rows.map((row) => ({
        series: sentenceCase(String(row["experience"])),
        days: numberOf(row["duration_days"]) ?? 0,
        survival: numberOf(row["survival"]) ?? 0,
        low: numberOf(row["survival_low"]),
        high: numberOf(row["survival_high"]),
      })),
    ),
    missing:
      rows.length === 0 ? (test === undefined ? noAccounts : "Not enough accounts left us to draw this.") : undefined,
    isWide: true,
  };
}

function inputCard(selection: Selection): Card {
  const rows = selection.table("churnInput");
  return {
    id: "churn-input",
    title: "What is wrong with the list of accounts",
    columns: [
      { name: "problem", kind: "words" },
      { name: "problems", label: "Rows", kind: "count" },
      { name: "left_out", label: "Left out", kind: "count" },
      { name: "explanation", kind: "text" },
    ],
    rows,
    draw: namedBars(
      rows.map((row) => ({ name: words(String(row["problem"])), value: numberOf(row["problems"]) })),
      "count",
    ),
    missing: rows.length === 0 ? "Nothing." : undefined,
    isWide: true,
  };
}
