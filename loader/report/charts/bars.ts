import * as Plot from "@observablehq/plot";
import { formatted, type Unit } from "../format.ts";
import { valueAxis } from "./axes.ts";
import { colorAt, type Draw, plotted } from "./draw.ts";

/** A bar with its name. */
export type Bar = { readonly name: string; readonly value: number | null; readonly n?: number | null };

const rowHeight = 26;
const nameShare = 0.34;
/** On a narrow screen names need more of it. */
const nameRoomMin = 150;
const segments = new Intl.Segmenter("en");
const nameRoomMax = 220;

/** A horizontal bar for each name, its value at the end. */
export function namedBars(bars: readonly Bar[], unit: Unit): Draw {
  return (document, width) => {
    const nameRoom = Math.min(nameRoomMax, Math.max(nameRoomMin, width * nameShare), width / 2);
    const rows = bars.map((bar, place) => ({ ...bar, place }));
    return plotted(document, {
      width,
      height: bars.length * rowHeight + 16,
      marginLeft: nameRoom,
      marginRight: Math.min(96, width / 5),
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

/** Names cut to the room that they have, by whole characters. Marks that turn the direction of text would turn figures beside it. */
function shortened(room: number): (name: string) => string {
  const unitsMax = Math.max(6, Math.floor((room - 12) / 7));
  return (name) => {
    const plain = name.replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
    let units = 0;
    let cut = "";
    for (const { segment } of segments.segment(plain)) {
      units += isWide(segment) ? 2 : 1;
      if (units >= unitsMax && cut.length + segment.length < plain.length) return `${cut}…`;
      cut += segment;
    }
    return cut;
  };
}

/** Characters that take the room of two letters: those of East Asia, full-width ones, and pictures. */
function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Extended_Pictographic}/u.test(
    character,
  );
}
