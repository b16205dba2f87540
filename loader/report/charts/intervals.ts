import * as Plot from "@observablehq/plot";
import { formatted, type Unit } from "../format.ts";
import { valueAxis } from "./axes.ts";
import { namedRows } from "./bars.ts";
import { colorAt, type Draw, plotted } from "./draw.ts";

/** A value with the interval that it is known to. */
export type Interval = {
  readonly name: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
};

const rowHeight = 26;
const nameRoomMax = 220;

/**
 * A point and its interval for each name. With `neutral`, a line marks that value: 1 is for ratios, whose scale is logarithmic; 0 for
 * differences, which go both ways.
 */
export function intervals(values: readonly Interval[], unit: Unit, neutral?: 0 | 1): Draw {
  const rows = values.map((value, place) => ({ ...value, place }));
  return (document, width) => {
    const nameRoom = Math.min(nameRoomMax, width * 0.36);
    const ends = rows.flatMap(({ value, low, high }) => [value, low, high]).filter((end) => end !== null);
    return plotted(document, {
      width,
      height: rows.length * rowHeight + 48,
      marginLeft: nameRoom,
      marginRight: 24,
      marginBottom: 32,
      marginTop: 8,
      x:
        neutral !== 1
          ? {
              ...valueAxis(ends, unit),
              ...(unit === "share" ? shareDomain(ends) : {}),
              ...(neutral === 0 ? { domain: [Math.min(0, ...ends), Math.max(0, ...ends)], nice: true } : {}),
            }
          : {
              type: "log",
              grid: true,
              label: null,
              ticks: 5,
              tickFormat: (value: number) => formatted(value, unit),
              domain: logDomain(ends),
            },
      y: namedRows(
        rows.map(({ name }) => name),
        nameRoom,
      ),
      marks: [
        Plot.ruleX([neutral ?? 0], neutral === undefined ? {} : { strokeDasharray: "4 3" }),
        Plot.ruleY(
          rows.filter(({ low, high }) => low !== null && high !== null),
          {
            y: "place",
            x1: "low",
            x2: "high",
            stroke: colorAt(0),
            strokeWidth: 2,
          },
        ),
        Plot.dot(rows, { x: "value", y: "place", r: 4, fill: colorAt(0) }),
        Plot.tip(
          rows,
          Plot.pointerY({
            x: "value",
            y: "place",
            title: ({ name, value, low, high }: Interval) =>
              `${name}\n${formatted(value, unit)} (${formatted(low, unit)} to ${formatted(high, unit)})`,
          }),
        ),
      ],
    });
  };
}

/** A share's scale ends at the largest share: rates of churn are small. */
function shareDomain(ends: readonly number[]) {
  const top = Math.min(1, Math.max(0.05, ...ends) * 1.05);
  const step = [0.01, 0.02, 0.05, 0.1, 0.25].find((candidate) => top / candidate <= 5) ?? 0.25;
  const tickFormat = (share: number): string => `${Math.round(share * 100)} %`;
  return {
    domain: [0, top],
    tickFormat,
    ticks: Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step),
  };
}

function logDomain(ends: readonly number[]): [number, number] {
  const positive = ends.filter((end) => end > 0 && Number.isFinite(end));
  return [Math.min(0.5, ...positive), Math.max(2, ...positive)];
}
