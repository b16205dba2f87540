import { timeText } from "../format.ts";
import type { ReportData } from "../read/page-data.ts";
import { type Card, cardElement } from "./card.ts";
import { type Make, makerFor } from "./element.ts";
import { type Filters, windowLengths } from "./filters.ts";
import { Selection } from "./select.ts";
import type { Drawing, TabPart } from "./tab.ts";
import { tabs } from "./tabs.ts";

/** Cards stand in two columns until the script knows the screen. */
const columnsAtBuild = 2;

/** The page's content, before anything is filtered. The script finds its way by ids and `data-` attributes. */
export function pageElement(document: Document, data: ReportData, filters: Filters, width: number): HTMLElement {
  const make = makerFor(document);
  return make(
    "div",
    { class: "page" },
    header(make, data),
    filterBar(make, data, filters),
    make(
      "main",
      {},
      make(
        "div",
        { class: "tabs", role: "tablist", "aria-label": "Parts of the report" },
        ...tabs.map(({ id, name }) =>
          make(
            "button",
            {
              type: "button",
              role: "tab",
              id: `tab-${id}`,
              "aria-controls": `panel-${id}`,
              "aria-selected": id === filters.tab ? "true" : "false",
              tabindex: id === filters.tab ? 0 : -1,
            },
            name,
          ),
        ),
      ),
      ...tabs.map(({ id, name }) =>
        make(
          "section",
          { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, hidden: id !== filters.tab },
          make("h2", {}, name),
          id === filters.tab
            ? tabContent(document, data, filters, id, width, columnsAtBuild).element
            : make("div", { class: "cards" }),
        ),
      ),
    ),
    make(
      "footer",
      {},
      make(
        "p",
        {},
        `Made ${timeText(data.madeAt)} by intercom-warehouse ${data.version}. Each number is that of a mart; docs/metrics.md says what it means.`,
      ),
    ),
    make("noscript", {}, "Without scripts this page shows its first tab only, and no filters."),
    make("p", { class: "told", role: "status", "aria-live": "polite", id: "told" }),
  );
}

/** What a tab shows under some filters, and its cards by id. */
export function tabContent(
  document: Document,
  data: ReportData,
  filters: Filters,
  id: string,
  width: number,
  columns = 1,
): { readonly element: HTMLElement; readonly cards: ReadonlyMap<string, Card> } {
  const make = makerFor(document);
  const selection = new Selection(data, filters);
  const parts = tabs.find((tab) => tab.id === id)?.parts(selection) ?? [];
  const cards = parts.filter((part): part is Card => "columns" in part);
  const element = make(
    "div",
    { class: "cards", "data-tab": id },
    ...parts.map((part) => partElement(part, { make, document, selection, width }, columns)),
  );
  return { element, cards: new Map(cards.map((card) => [card.id, card])) };
}

/** @param columns of cards that stand beside each other: a wide card takes two of them */
function partElement(part: TabPart, drawing: Drawing, columns: number): Node {
  const { make, document, width } = drawing;
  if ("columns" in part)
    return cardElement(make, document, part, part.isWide === true && columns > 1 ? width * 2 + 56 : width);
  if ("element" in part) return make("div", { class: "wide" }, part.element(drawing));
  return make(
    "div",
    { class: "heading wide" },
    make("h3", { class: "part" }, part.heading),
    part.text === undefined ? null : make("p", { class: "note" }, part.text),
  );
}

function header(make: Make, data: ReportData): HTMLElement {
  const asOf =
    data.dataAsOfAt === null
      ? "No conversations are known yet."
      : `Data as of ${timeText(data.dataAsOfAt)}. Days are those of ${data.timeZone}.`;
  return make("header", {}, make("h1", {}, "Support report"), make("p", { id: "as-of" }, asOf));
}

function filterBar(make: Make, data: ReportData, filters: Filters): HTMLElement {
  const select = (
    name: keyof Filters,
    label: string,
    choices: readonly { readonly id: string; readonly name: string }[],
  ) =>
    make(
      "label",
      {},
      make("span", {}, label),
      make(
        "select",
        { name, "data-filter": name },
        ...choices.map(({ id, name: text }) =>
          make("option", { value: id, selected: String(filters[name]) === id }, text),
        ),
      ),
    );
  return make(
    "form",
    { class: "filters", "aria-label": "Filters" },
    data.workspaces.length > 1
      ? select(
          "workspace",
          "Workspace",
          data.workspaces.map((id) => ({ id, name: id })),
        )
      : null,
    select(
      "weeks",
      "Period",
      windowLengths.map((weeks) => ({ id: String(weeks), name: `Last ${weeks} weeks` })),
    ),
    select("team", "Team", [{ id: "all", name: "All teams" }, ...data.teams]),
    select("channel", "Channel", [{ id: "all", name: "All channels" }, ...data.channels]),
    select("clock", "Times", [
      { id: "calendar", name: "By the calendar" },
      { id: "office_hours", name: "In office hours" },
    ]),
  );
}
