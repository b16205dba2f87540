import * as Plot from "@observablehq/plot";

type Width = number;

/** Draws a chart at a width, in pixels. */
export type Draw = (document: Document, width: Width) => SVGElement;

/** Colours that people with any colour vision tell apart, as the style sheet names them. In order of use. */
const colors = [
  "var(--series-1)",
  "var(--series-2)",
  "var(--series-3)",
  "var(--series-4)",
  "var(--series-5)",
  "var(--series-6)",
] as const;

export function colorAt(index: number): string {
  return colors[index % colors.length] ?? "currentColor";
}

/**
 * A plot as an element that stands in a strict page: its style is in the page's sheet, and it is a picture with a name. Labels on
 * bare groups are taken off, because readers of screens must not find names on things without a role.
 */
export function plotted(document: Document, options: Plot.PlotOptions): SVGElement {
  const drawn = Plot.plot({
    ...options,
    document,
    className: "plot",
    marginTop: options.marginTop ?? 24,
  }) as unknown as SVGElement;
  for (const style of [...drawn.querySelectorAll("style")]) style.remove();
  for (const labelled of [...drawn.querySelectorAll("[aria-label]")]) labelled.removeAttribute("aria-label");
  for (const described of [...drawn.querySelectorAll("[aria-description]")])
    described.removeAttribute("aria-description");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-hidden", "true");
  return drawn;
}
