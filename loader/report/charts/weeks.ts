import * as Plot from "@observablehq/plot";
import { dayText, formatted, type Unit } from "../format.ts";
import { valueAxis } from "./axes.ts";
import { colorAt, type Draw, plotted } from "./draw.ts";

/** A value of a series in a week; null where there is nothing to measure. `week` is its Monday. */
export type WeekValue = {
  readonly week: string;
  readonly series: string;
  readonly value: number | null;
  /** Of how many things a share or percentile is. */
  readonly n?: number | null;
};

type Point = WeekValue & { readonly at: Date };

/** Fewer things than this make a share or a percentile jump about. */
const fewMax = 9;
const height = 256;
/** Under the axis: names of ticks, then that of the axis. */
const marginBottom = 46;
const labelRoom = 140;
/** Of a tick's name, in pixels. */
const tickRoom = 80;
/** Between labels, in pixels. */
const labelGap = 15;
const plotHeight = height - 24 - marginBottom;

/** A line for each series, its name at the end. A hollow point is of few things. */
export function weekLines(values: readonly WeekValue[], unit: Unit): Draw {
  const names = seriesOf(values);
  return (document, width) => {
    const points = values.map((value): Point => ({ ...value, at: dateOf(value.week) }));
    const drawn = points.filter(({ value }) => value !== null);
    const axis = valueAxis(
      values.map(({ value }) => value),
      unit,
    );
    return plotted(document, {
      width,
      height,
      marginLeft: 64,
      marginBottom,
      marginRight: names.length > 1 ? Math.min(labelRoom, width / 3) : 32,
      x: weekAxis(points, width),
      y: axis,
      color: { domain: names, range: names.map((_, index) => colorAt(index)) },
      marks: [
        Plot.ruleY([0]),
        Plot.lineY(points, { x: "at", y: "value", stroke: "series", strokeWidth: 2 }),
        Plot.dot(drawn, {
          x: "at",
          y: "value",
          r: 3,
          stroke: "series",
          fill: (point: Point) => (isOfFew(point) ? "var(--surface)" : colorAt(names.indexOf(point.series))),
        }),
        ...(names.length > 1 ? [endLabels(drawn, names, axis.domain[1], width)] : []),
        Plot.tip(
          drawn,
          Plot.pointer({ x: "at", y: "value", title: (point: Point) => tipText(point, unit, names.length) }),
        ),
      ],
    });
  };
}

/** Bars over weeks, stacked by series. */
export function weekBars(values: readonly WeekValue[], unit: Unit): Draw {
  const names = seriesOf(values);
  return (document, width) => {
    const points = values.map((value): Point => ({ ...value, at: dateOf(value.week) }));
    const totals = Map.groupBy(points, ({ week }) => week);
    const sums = [...totals.values()].map((all) => all.reduce((sum, { value }) => sum + (value ?? 0), 0));
    return plotted(document, {
      width,
      height,
      marginLeft: 48,
      marginRight: 32,
      marginBottom,
      x: weekAxis(points, width),
      y: valueAxis(sums, unit),
      color: { domain: names, range: names.map((_, index) => colorAt(index)) },
      marks: [
        Plot.rectY(points, {
          x: "at",
          y: "value",
          fill: "series",
          interval: "monday",
          order: [...names],
          inset: 0.5,
        }),
        Plot.ruleY([0]),
        Plot.tip(
          points,
          Plot.pointerX(
            Plot.stackY({
              x: "at",
              y: "value",
              z: "series",
              order: [...names],
              title: (point: Point) => tipText(point, unit, names.length),
            }),
          ),
        ),
      ],
    });
  };
}

/** A small line without axes. */
export function sparkline(values: readonly WeekValue[]): Draw {
  return (document, width) => {
    const points = values.map((value): Point => ({ ...value, at: dateOf(value.week) }));
    const last = points.findLast(({ value }) => value !== null);
    return plotted(document, {
      width,
      height: 36,
      margin: 4,
      marginTop: 4,
      axis: null,
      x: { type: "utc" },
      y: { zero: true },
      marks: [
        Plot.lineY(points, { x: "at", y: "value", stroke: colorAt(0), strokeWidth: 1.5 }),
        ...(last === undefined ? [] : [Plot.dot([last], { x: "at", y: "value", r: 2.5, fill: colorAt(0) })]),
      ],
    });
  };
}

/** The names of the series, in their order. */
function seriesOf(values: readonly WeekValue[]): readonly string[] {
  return [...new Set(values.map(({ series }) => series))];
}

/** The names of lines at their ends, moved apart where they would overlap. @param top the largest value of the axis */
function endLabels(points: readonly Point[], names: readonly string[], top: number, width: number): Plot.Markish {
  const gap = (labelGap / plotHeight) * top;
  const lastAt = new Date(Math.max(...points.map(({ at }) => at.getTime())));
  const ends = names
    .flatMap((name) => points.findLast(({ series }) => series === name) ?? [])
    .map((point) => ({ ...point, end: point.value ?? 0, place: point.value ?? 0 }))
    .toSorted((a, b) => a.place - b.place);
  for (const [index, end] of ends.entries()) {
    const below = ends[index - 1];
    if (below !== undefined) end.place = Math.max(end.place, below.place + gap);
  }
  // The topmost may have left the chart: push the rest down again.
  for (let index = ends.length - 1, ceiling = top + gap / 2; index >= 0; index -= 1) {
    const end = ends[index];
    if (end === undefined) break;
    end.place = Math.min(end.place, ceiling);
    ceiling = end.place - gap;
  }
  return [
    Plot.link(ends, { x1: lastAt, x2: lastAt, y1: "end", y2: "place", stroke: "series", strokeOpacity: 0.5, dx: 6 }),
    Plot.dot(ends, { x: lastAt, y: "place", r: 3, fill: "series", dx: 12 }),
    Plot.text(ends, {
      x: lastAt,
      y: "place",
      text: "series",
      textAnchor: "start",
      dx: 19,
      fill: "currentColor",
      lineWidth: (Math.min(labelRoom, width / 3) - 24) / 7,
      textOverflow: "ellipsis",
    }),
  ];
}

function tipText({ week, series, value, n }: Point, unit: Unit, seriesCount: number): string {
  const name = seriesCount > 1 ? `${series}: ` : "";
  const of = n === undefined || n === null ? "" : ` (n ${formatted(n, "count")})`;
  return `Week of ${dayText(week)}\n${name}${formatted(value, unit)}${of}`;
}

function isOfFew({ n }: WeekValue): boolean {
  return n !== undefined && n !== null && n <= fewMax;
}

/** Ticks at weeks' Mondays, as many as have room, each named by its day: `6 Apr`. The last week always has one. */
function weekAxis(points: readonly Point[], width: number) {
  const mondays = [...new Set(points.map(({ at }) => at.getTime()))].toSorted((a, b) => a - b);
  const hasYears = new Set(mondays.map((time) => new Date(time).getUTCFullYear())).size > 1;
  const step = Math.max(1, Math.ceil((mondays.length * tickRoom * (hasYears ? 1.5 : 1)) / width));
  return {
    type: "utc",
    label: "weeks by their Monday",
    labelAnchor: "right",
    labelArrow: "none",
    labelOffset: 40,
    ticks: mondays.filter((_, index) => (mondays.length - 1 - index) % step === 0).map((time) => new Date(time)),
    tickFormat: (tick: Date) => dayText(tick.toISOString().slice(0, 10)).replace(hasYears ? "" : / \d+$/, ""),
  } as const;
}

function dateOf(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
