import * as Plot from "@observablehq/plot";
import { formatted } from "../format.ts";
import { colorAt, type Draw, plotted } from "./draw.ts";

/** How many of a group are left after so many days, with the interval that it is known to. */
export type SurvivalPoint = {
  readonly series: string;
  readonly days: number;
  readonly survival: number;
  readonly low: number | null;
  readonly high: number | null;
};

/** Curves that fall in steps, each with its band. */
export function survivalCurves(points: readonly SurvivalPoint[]): Draw {
  const names = [...new Set(points.map(({ series }) => series))];
  const color = { domain: names, range: names.map((_, index) => colorAt(index)) };
  return (document, width) =>
    plotted(document, {
      width,
      height: 280,
      marginLeft: 56,
      marginRight: Math.min(100, width / 4),
      x: { label: "days after the landmark", ticks: 5 },
      y: {
        domain: [0, 1],
        label: null,
        grid: true,
        ticks: 5,
        tickFormat: (share: number) => formatted(share, "share"),
      },
      color,
      marks: [
        Plot.areaY(points, {
          x: "days",
          y1: "low",
          y2: "high",
          z: "series",
          fill: "series",
          fillOpacity: 0.15,
          curve: "step-after",
        }),
        Plot.lineY(points, { x: "days", y: "survival", stroke: "series", strokeWidth: 2, curve: "step-after" }),
        Plot.ruleY([0]),
        Plot.text(
          points,
          Plot.selectLast({
            x: "days",
            y: "survival",
            z: "series",
            text: "series",
            textAnchor: "start",
            dx: 6,
            fill: "currentColor",
          }),
        ),
        Plot.tip(
          points,
          Plot.pointer({
            x: "days",
            y: "survival",
            title: ({ series, days, survival, low, high }: SurvivalPoint) =>
              `${series}, day ${formatted(days, "count")}\n${formatted(survival, "share")} (${formatted(low, "share")} to ${formatted(high, "share")})`,
          }),
        ),
      ],
    });
}
