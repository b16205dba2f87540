import { type WeekValue, weekBars, weekLines } from "../charts/weeks.ts";
import type { Unit } from "../format.ts";
import type { WeekColumn } from "../read/page-data.ts";
import type { Row } from "../read/table.ts";
import { type Card, notEnough } from "./card.ts";
import { numberOf, type Selection } from "./select.ts";

/** A figure of each week, and its name on the page. `of` is the column with its n. */
export type Series = { readonly name: string; readonly column: WeekColumn; readonly of?: WeekColumn };

type Options = {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly unit: Unit;
  readonly series: readonly Series[];
  readonly isWide?: boolean;
};

const weeksMin = 2;
const notByBoth =
  "Medians, percentiles and means of weeks are known by team and by channel, not by both. Take one of the two filters off.";

/** Lines over the weeks of the filters' group. */
export function linesCard(selection: Selection, options: Options): Card {
  return overTime(selection, options, "lines");
}

/** Stacked bars over the weeks of the filters' group. */
export function barsCard(selection: Selection, options: Options): Card {
  return overTime(selection, options, "bars");
}

function overTime(selection: Selection, options: Options, kind: "lines" | "bars"): Card {
  const { id, title, note, unit, series, isWide = false } = options;
  const weeks = selection.weeks();
  const values = weeks.flatMap((week) => series.map((each) => weekValue(week, each)));
  const hasValues = new Set(values.filter(({ value }) => value !== null).map(({ week }) => week)).size >= weeksMin;
  const isMeasured = weeks.some((week) => series.some(({ of }) => of !== undefined && numberOf(week[of]) !== null));
  const missing = hasValues ? undefined : isMeasured && !selection.hasWeekMeasures ? notByBoth : notEnough;
  return {
    id,
    title,
    ...(note === undefined ? {} : { note }),
    columns: [
      { name: "week", label: "Week of", kind: "day" },
      ...series.flatMap(({ name, column, of }) => [
        { name: column, label: name, kind: unit },
        ...(of === undefined ? [] : [{ name: of, label: `n of ${name.toLowerCase()}`, kind: "count" as const }]),
      ]),
    ],
    rows: weeks,
    ...(kind === "bars" && series.length > 1 ? { legend: series.map(({ name }) => name) } : {}),
    draw: kind === "lines" ? weekLines(values, unit) : weekBars(values, unit),
    missing,
    isWide,
  };
}

export function weekValue(week: Row<WeekColumn>, { name, column, of }: Series): WeekValue {
  return {
    week: String(week.week),
    series: name,
    value: numberOf(week[column]),
    ...(of === undefined ? {} : { n: numberOf(week[of]) }),
  };
}
