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
    const rows = bars.map((bar, place) => ({ ...bar, place }));
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
      y: namedRows(
        bars.map(({ name }) => name),
        nameRoom,
      ),
      marks: [
        Plot.barX(rows, { x: "value", y: "place", fill: colorAt(0), inset: 3 }),
        Plot.ruleX([0]),
        Plot.text(rows, {
          x: (bar: Bar) => bar.value ?? 0,
          y: "place",
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

/** A scale with a row for each name. Rows are told apart by their place, because two companies may have one name. */
export function namedRows(names: readonly string[], room: number) {
  const cut = shortened(room);
  return {
    type: "band",
    domain: names.map((_, place) => place),
    label: null,
    tickSize: 0,
    tickFormat: (place: number) => cut(names[place] ?? ""),
  } as const;
}

/** Names cut to the room that they have. */
function shortened(room: number): (name: string) => string {
  const lettersMax = Math.max(6, Math.floor((room - 12) / 7));
  return (name) => (name.length > lettersMax ? `${name.slice(0, lettersMax - 1)}…` : name);
}
