import { csvCell } from "../../csv.ts";
import type { Draw } from "../charts/draw.ts";
import { dayText, formatted, sentenceCase, timeText, type Unit, words } from "../format.ts";
import { linkOrText, type Make } from "./element.ts";

/** A column of a table that a reader sees. */
type Column = {
  readonly name: string;
  readonly label?: string;
  readonly kind: Unit | "text" | "words" | "day" | "time" | "yes";
  /** The column whose address the text links to. */
  readonly link?: string;
};

type Rows = readonly Readonly<Record<string, unknown>>[];

/** A chart or a table with its title, ready to be shown, read as a table and copied. */
export type Card = {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What the figures are of, in a sentence. */
  readonly note?: string;
  readonly columns: readonly Column[];
  readonly rows: Rows;
  /** Undefined: the table itself is shown. */
  readonly draw?: Draw;
  /** Names of the series, where colours tell them apart and no label does. */
  readonly legend?: readonly string[];
  /** Why there is nothing to show; undefined where there is. */
  readonly missing?: string | undefined;
  /** Takes the whole width of a wide screen. */
  readonly isWide?: boolean;
};

export const notEnough = "Not enough data yet.";

/** A card as an element. @param width of the chart, in pixels */
export function cardElement(make: Make, document: Document, card: Card, width: number): HTMLElement {
  const { id, title, note, draw, legend, missing, isWide } = card;
  const caption = make(
    "figcaption",
    {},
    make("h3", { id: `${id}-title` }, title),
    note === undefined ? null : make("p", { class: "note" }, note),
  );
  const attributes = { class: isWide === true ? "card wide" : "card", "data-card": id };
  if (missing !== undefined) return make("figure", attributes, caption, make("p", { class: "missing" }, missing));
  if (draw === undefined)
    return make(
      "figure",
      attributes,
      caption,
      scrolling(make, card, tableElement(make, card)),
      tools(make, card, null),
    );
  return make(
    "figure",
    attributes,
    caption,
    legend === undefined ? null : legendElement(make, legend),
    make("div", { class: "chart", "data-chart": id }, draw(document, width)),
    tools(make, card, tableElement(make, card)),
  );
}

/** The rows of a card as CSV, as spreadsheets read it: no cell is taken for a formula. */
export function csvOf({ columns, rows }: Card): string {
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map(({ name }) => row[name] ?? ""))];
  return lines.map((cells) => cells.map(cellOf).join(",")).join("\r\n");
}

/** A value of a row as a cell. A truth is written as a word. */
function cellOf(value: unknown): string {
  return csvCell(
    typeof value === "string" || typeof value === "number" || value === null ? value : String(value ?? ""),
  );
}

function tableElement(make: Make, { id, columns, rows }: Card): HTMLElement {
  const isNumber = ({ kind }: Column): boolean => !["text", "words", "day", "time", "yes"].includes(kind);
  const head = columns.map((column) =>
    make(
      "th",
      { scope: "col", class: isNumber(column) ? "number" : null },
      column.label ?? sentenceCase(words(column.name)),
    ),
  );
  const body = rows.map((row) =>
    make(
      "tr",
      {},
      ...columns.map((column) => {
        const text = cellText(row[column.name], column.kind);
        const child = column.link === undefined ? text : linkOrText(make, row[column.link], text);
        return make("td", { class: isNumber(column) ? "number" : null, dir: isNumber(column) ? null : "auto" }, child);
      }),
    ),
  );
  return make(
    "table",
    { "aria-labelledby": `${id}-title` },
    make("thead", {}, make("tr", {}, ...head)),
    make("tbody", {}, ...body),
  );
}

function cellText(value: unknown, kind: Column["kind"]): string {
  if (value === null || value === undefined || value === "") return "–";
  switch (kind) {
    case "text":
      return String(value);
    case "words":
      return words(String(value));
    case "day":
      return dayText(String(value));
    case "time":
      return timeText(String(value));
    case "yes":
      return value === true ? "yes" : "no";
    default:
      return formatted(Number(value), kind);
  }
}

/** Tables may be wider than a phone: they scroll by themselves, also by keys. */
function scrolling(make: Make, { id }: Card, table: HTMLElement): HTMLElement {
  return make("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": `${id}-title` }, table);
}

function tools(make: Make, card: Card, table: HTMLElement | null): HTMLElement {
  const copy = make("button", { type: "button", class: "copy", "data-copy": card.id }, "Copy CSV");
  if (table === null) return make("div", { class: "tools" }, copy);
  return make("details", { class: "tools" }, make("summary", {}, "Table"), scrolling(make, card, table), copy);
}

function legendElement(make: Make, names: readonly string[]): HTMLElement {
  return make(
    "ul",
    { class: "legend" },
    ...names.map((name, index) => make("li", {}, make("span", { class: `swatch s${(index % 6) + 1}` }), name)),
  );
}
