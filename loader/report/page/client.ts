// The page's script. The page stands without it, in the state that it was made in: the script only redraws it under other filters.
import type { ReportData } from "../read/page-data.ts";
import { tabContent } from "../view/body.ts";
import { type Card, csvOf } from "../view/card.ts";
import { type Filters, filtersOf, hashOf } from "../view/filters.ts";
import { tabs } from "../view/tabs.ts";

const chartWidthMin = 280;
const tabIds = tabs.map(({ id }) => id);
const data = await readData(required("data").textContent);
const page = document.querySelector(".page") as HTMLElement;
let filters = filtersOf(location.hash, data, tabIds);
let cards = new Map<string, Card>();

listen();
show();
page.setAttribute("data-ready", "");

function listen(): void {
  window.addEventListener("hashchange", () => {
    filters = filtersOf(location.hash, data, tabIds);
    show();
  });
  page.addEventListener("change", (event) => {
    const { target } = event;
    if (target instanceof HTMLSelectElement && target.dataset["filter"] !== undefined)
      go({ ...filters, [target.dataset["filter"]]: target.name === "weeks" ? Number(target.value) : target.value });
  });
  page.addEventListener("submit", (event) => event.preventDefault());
  page.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("button") : null;
    if (target === null) return;
    if (target.getAttribute("role") === "tab") go({ ...filters, tab: target.id.slice("tab-".length) });
    const copied = target.dataset["copy"];
    if (copied !== undefined) void copy(copied);
  });
  page.addEventListener("keydown", (event) => {
    if (!(event.target instanceof HTMLElement) || event.target.getAttribute("role") !== "tab") return;
    const index = tabIds.indexOf(filters.tab);
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabIds.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    go({ ...filters, tab: tabIds[(to + tabIds.length) % tabIds.length] ?? filters.tab });
    required(`tab-${filters.tab}`).focus();
  });
  let width = page.clientWidth;
  window.addEventListener("resize", () => {
    if (page.clientWidth === width) return;
    width = page.clientWidth;
    show();
  });
  // Every tab is printed.
  window.addEventListener("beforeprint", () => {
    for (const id of tabIds) draw(id);
  });
}

function go(next: Filters): void {
  filters = next;
  history.replaceState(null, "", `${location.pathname}${location.search}${hashOf(next, data)}`);
  show();
}

/** Shows the page as the filters say. */
function show(): void {
  for (const select of page.querySelectorAll<HTMLSelectElement>("select[data-filter]"))
    select.value = String(filters[select.name as keyof Filters]);
  for (const id of tabIds) {
    const isShown = id === filters.tab;
    const tab = required(`tab-${id}`);
    tab.setAttribute("aria-selected", String(isShown));
    tab.tabIndex = isShown ? 0 : -1;
    required(`panel-${id}`).hidden = !isShown;
  }
  draw(filters.tab);
}

/** Draws a tab. A chart is as wide as its place. */
function draw(id: string): void {
  const panel = required(`panel-${id}`);
  const place = panel.querySelector(".cards");
  if (place === null) return;
  const isOpen = new Set(
    [...place.querySelectorAll<HTMLElement>("figure")]
      .filter((card) => card.querySelector("details[open]") !== null)
      .map((card) => card.dataset["card"]),
  );
  const columns = getComputedStyle(place).gridTemplateColumns.split(" ").length;
  const inner = Math.max(chartWidthMin, (page.clientWidth - 32) / Math.max(1, columns) - 56);
  const content = tabContent(document, data, filters, id, inner, columns);
  for (const name of isOpen) content.element.querySelector(`[data-card="${name}"] details`)?.setAttribute("open", "");
  place.replaceWith(content.element);
  cards = new Map([...cards, ...content.cards]);
}

/** Base64 of gzipped JSON → the report's data. */
async function readData(text: string): Promise<ReportData> {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const json = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(json).json()) as ReportData;
}

async function copy(id: string): Promise<void> {
  const card = cards.get(id);
  if (card === undefined) return;
  const text = csvOf(card);
  try {
    await navigator.clipboard.writeText(text);
    tell(`Copied ${card.rows.length} rows of "${card.title}".`);
  } catch {
    tell(
      copiedByHand(text)
        ? `Copied ${card.rows.length} rows of "${card.title}".`
        : "The browser does not let a page copy here.",
    );
  }
}

/** Copies by the older way, which browsers allow where the newer one asks for a permission. */
function copiedByHand(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}

function tell(text: string): void {
  required("told").textContent = text;
}

function required(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}
