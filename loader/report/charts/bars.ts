import * as Plot from "@observablehq/plot";
import { formatted, type Unit } from "../format.ts";
import { valueAxis } from "./axes.ts";
import { colorAt, type Draw, plotted } from "./draw.ts";

/** A bar with its name. */
export type Bar = { readonly name: string; readonly value: number | null; readonly n?: number | null };

const rowHeight = 26;
const nameShare = 0.34;
const nameRoomMax = 220;

/** A horizontal bar for each name, its value at the end. */
export function namedBars(bars: readonly Bar[], unit: Unit): Draw {
  return (document, width) => {
    const nameRoom = Math.min(nameRoomMax, width * nameShare);
    return plotted(document, {
      width,
      height: bars.length * rowHeight + 16,
      marginLeft: nameRoom,
      marginRight: 96,
      marginTop: 8,
      marginBottom: 8,
      x: {
        ...valueAxis(
          bars.map(({ value }) => value),
          unit,
        ),
        axis: null,
      },
      y: { domain: bars.map(({ name }) => name), label: null, tickSize: 0, tickFormat: shortened(nameRoom) },
      marks: [
        Plot.barX(bars, { x: "value", y: "name", fill: colorAt(0), inset: 3 }),
        Plot.ruleX([0]),
        Plot.text(bars, {
          x: (bar: Bar) => bar.value ?? 0,
          y: "name",
          text: (bar: Bar) =>
            `${formatted(bar.value, unit)}${bar.n === undefined ? "" : ` (n ${formatted(bar.n, "count")})`}`,
          textAnchor: "start",
          dx: 6,
          fill: "currentColor",
        }),
      ],
    });
  };
}

/** Names cut to the room that they have. */
export function shortened(room: number): (name: string) => string {
  const lettersMax = Math.max(6, Math.floor((room - 12) / 7));
  return (name) => (name.length > lettersMax ? `${name.slice(0, lettersMax - 1)}…` : name);
}
