import { sparkline } from "../charts/weeks.ts";
import { formatted, type Unit } from "../format.ts";
import type { ComparisonColumn, WeekColumn } from "../read/page-data.ts";
import type { Row } from "../read/table.ts";
import type { Make } from "./element.ts";
import { weekValue } from "./over-time.ts";
import { numberOf, type Selection } from "./select.ts";

type KeyFigure = {
  readonly label: string;
  readonly metric: WeekColumn;
  readonly unit: Unit;
  /** What n counts: `replies`. */
  readonly of?: string;
  /** Which way is good; undefined where neither is. */
  readonly good?: "up" | "down";
};

/** Fewer things than this say nothing about a change. */
const enough = 20;
const sparkWeeks = 26;

/** The key figures of the overview, on the filters' clock and on the other. */
function keyFigures(selection: Selection): readonly (KeyFigure & { readonly other?: KeyFigure })[] {
  const [here, there] =
    selection.filters.clock === "office_hours" ? (["office_", ""] as const) : (["", "office_"] as const);
  const otherClock = here === "" ? "in office hours" : "by the calendar";
  const timed = (label: string, percentile: string, of: string, noun: string) => {
    const figure = (clock: string, named: string): KeyFigure => ({
      label: named,
      metric: `${percentile}_time_to_${of}_${clock}seconds` as WeekColumn,
      unit: "seconds",
      of: noun,
      good: "down",
    });
    return { ...figure(here, label), other: figure(there, otherClock) };
  };
  return [
    { label: "New conversations", metric: "new_conversations", unit: "count" },
    timed("First reply, median", "p50", "first_reply", "first replies"),
    timed("First reply, 90 % within", "p90", "first_reply", "first replies"),
    timed("Resolution, median", "p50", "resolution", "resolutions"),
    {
      ...{ label: "Satisfied customers (CSAT)", metric: "csat", unit: "share", of: "ratings", good: "up" },
      other: { label: "of the customers asked gave a rating", metric: "rating_response_rate", unit: "share" },
    },
    { label: "Waiting for us", metric: "backlog_waiting_for_us", unit: "count", good: "down" },
    { label: "Reopened", metric: "reopened", unit: "count", good: "down" },
    { label: "SLA missed", metric: "sla_missed", unit: "count", of: "decided SLAs", good: "down" },
    { label: "Resolved by Fin", metric: "ai_agent_resolution_rate", unit: "share", of: "with Fin", good: "up" },
    { label: "CX score, 1 to 5", metric: "average_cx_score", unit: "score", of: "scores", good: "up" },
  ];
}

/** The cards of the key figures. @param width of a trend, in pixels */
export function keyFigureElements(make: Make, document: Document, selection: Selection, width: number): HTMLElement {
  const cards = keyFigures(selection).map((figure) => {
    const row = selection.compared(figure.metric);
    const weeks = selection.weeks(sparkWeeks);
    const trend = weeks.map((week) => weekValue(week, { name: figure.label, column: figure.metric }));
    const other = figure.other === undefined ? undefined : selection.compared(figure.other.metric);
    return make(
      "li",
      { class: "key-figure", "data-metric": figure.metric },
      make("h3", {}, figure.label),
      make("p", { class: "value" }, formatted(numberOf(row?.value), figure.unit)),
      make("p", { class: "detail" }, nText(row, figure)),
      make("p", { class: `change ${judgement(row, figure)}` }, changeText(row, figure)),
      figure.other === undefined
        ? null
        : make(
            "p",
            { class: "detail" },
            `${formatted(numberOf(other?.value), figure.other.unit)} ${figure.other.label}`,
          ),
      trend.some(({ value }) => value !== null)
        ? make("div", { class: "trend" }, sparkline(trend)(document, width))
        : null,
    );
  });
  return make("ul", { class: "key-figures" }, ...cards);
}

/** One sentence: the key figure that changed most, of those with enough behind them. */
export function changedMost(selection: Selection): string {
  const rows = keyFigures(selection).flatMap((figure) => {
    const row = selection.compared(figure.metric);
    const share = numberOf(row?.change_share);
    const [n, before] = [numberOf(row?.n ?? row?.value), numberOf(row?.previous_n ?? row?.previous_value)];
    if (row === undefined || share === null || share === 0 || n === null || before === null) return [];
    return n < enough || before < enough ? [] : [{ figure, row, share }];
  });
  const [most] = rows.toSorted((a, b) => Math.abs(b.share) - Math.abs(a.share));
  if (most === undefined) return "Too little happened to say what changed most.";
  const { figure, row, share } = most;
  const [now, before] = [row.value, row.previous_value].map((value) => formatted(numberOf(value), figure.unit));
  return `${figure.label} changed most: ${before} before, ${now} now (${share > 0 ? "+" : "−"}${formatted(Math.abs(share), "share")}).`;
}

function nText(row: Row<ComparisonColumn> | undefined, { of }: KeyFigure): string {
  if (of === undefined) return "";
  return `n ${formatted(numberOf(row?.n), "count")} ${of}`;
}

function changeText(row: Row<ComparisonColumn> | undefined, { unit }: KeyFigure): string {
  const [before, change] = [numberOf(row?.previous_value), numberOf(row?.change)];
  if (before === null || change === null) return "nothing to compare with";
  const arrow = change === 0 ? "=" : change > 0 ? "▲" : "▼";
  return `${arrow} before: ${formatted(before, unit)}`;
}

/** Whether a change is good or bad, as a class. Of few things it is neither. */
function judgement(row: Row<ComparisonColumn> | undefined, { good }: KeyFigure): "good" | "bad" | "even" {
  const change = numberOf(row?.change);
  if (good === undefined || change === null || change === 0) return "even";
  return change > 0 === (good === "up") ? "good" : "bad";
}
