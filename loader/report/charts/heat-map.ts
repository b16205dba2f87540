import * as Plot from "@observablehq/plot";
import { formatted } from "../format.ts";
import { type Draw, plotted } from "./draw.ts";

export type HeatCell = { readonly row: string; readonly column: number; readonly value: number };

/** A cell for each row and column, darker for more. Cells without a value are 0. */
export function heatMap(cells: readonly HeatCell[], rows: readonly string[], columns: readonly number[]): Draw {
  const largest = Math.max(1, ...cells.map(({ value }) => value));
  return (document, width) =>
    plotted(document, {
      width,
      height: rows.length * 28 + 40,
      marginLeft: 48,
      marginRight: 8,
      marginTop: 4,
      marginBottom: 32,
      x: {
        domain: columns,
        label: null,
        tickSize: 0,
        tickFormat: (column: number) => (width < 600 && column % 6 !== 0 ? "" : String(column)),
      },
      y: { domain: rows, label: null, tickSize: 0 },
      marks: [
        Plot.cell(cells, {
          x: "column",
          y: "row",
          fill: "var(--series-1)",
          fillOpacity: (cell: HeatCell) => (cell.value === 0 ? 0.04 : 0.12 + (0.88 * cell.value) / largest),
          inset: 1,
        }),
        Plot.tip(
          cells,
          Plot.pointer({
            x: "column",
            y: "row",
            title: (cell: HeatCell) =>
              `${cell.row} ${String(cell.column).padStart(2, "0")}:00 to ${String(cell.column + 1).padStart(2, "0")}:00\n${formatted(cell.value, "count")}`,
          }),
        ),
      ],
    });
}
