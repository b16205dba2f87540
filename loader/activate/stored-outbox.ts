import type { Outbox, OutboxCounts, OutboxEntry, PendingTicket, Selection, TicketPreview } from "./outbox.ts";
import { activationRow, countsOf, entryOf, ticketOf } from "./outbox-rows.ts";
import { type OutboxDatasets, OutboxSql, type PendingPlace } from "./outbox-sql.ts";
import type { OutboxStore, ResultRow } from "./outbox-store.ts";

/** Rows of a page: with 1,000, a warehouse that rations its writes is asked for one write a page. */
const pageRows = 1000;
const readingPending = "read the closed tickets";

/** The outbox over any engine: its statements, and what becomes of their rows. */
export class StoredOutbox implements Outbox {
  readonly #store: OutboxStore;
  readonly #sql: OutboxSql;

  constructor(store: OutboxStore, datasets: OutboxDatasets) {
    this.#store = store;
    this.#sql = new OutboxSql(store.dialect, datasets);
  }

  async counts(selection: Selection): Promise<OutboxCounts> {
    const rows = await this.#store.rows(this.#sql.counts(selection), "count the closed tickets");
    return countsOf(rows.map(([state, events]) => [state, events]));
  }

  async preview(selection: Selection, rows: number): Promise<readonly TicketPreview[]> {
    const found = await this.#store.rows(this.#sql.preview(selection, rows), "read the closed tickets");
    return found.map(([ticket, entry]) => ({
      ticket: ticketOf(ticket),
      entry: entry === null ? undefined : entryOf(entry),
    }));
  }

  plan(selection: Selection): Promise<number> {
    return this.#store.insert(this.#sql.plan(selection));
  }

  pending(selection: Selection): AsyncGenerator<readonly PendingTicket[]> {
    const rows = this.#store.stream?.(this.#sql.pending(selection, undefined, selection.limit), readingPending);
    return rows === undefined ? this.#pagesByPlace(selection) : inPages(rows);
  }

  /** A page at a time, each from where the page before ended. */
  async *#pagesByPlace(selection: Selection): AsyncGenerator<readonly PendingTicket[]> {
    const taken = new Set<string>();
    for (let place: PendingPlace | undefined; ; ) {
      const wanted = rowsOfNextPage(selection, taken.size);
      if (wanted <= 0) return;
      const rows = await this.#store.rows(this.#sql.pending(selection, place, wanted), readingPending);
      const found = rows.map(pendingTicket);
      const last = found.at(-1);
      if (last === undefined) return;
      place = { ...last.ticket, isWaiting: last.entry.state === "waiting" };
      // A ticket that was found to have to wait comes again among the waiting ones.
      const page = found.filter(({ ticket }) => !taken.has(ticket.event_uuid));
      for (const { ticket } of page) taken.add(ticket.event_uuid);
      if (page.length > 0) yield page;
    }
  }

  async entries(selection: Selection, eventUuids: readonly string[]): Promise<ReadonlyMap<string, OutboxEntry>> {
    if (eventUuids.length === 0) return new Map();
    const rows = await this.#store.rows(this.#sql.entries(selection, eventUuids), "read the activations");
    return new Map(rows.map(([entry]) => entryOf(entry)).map((entry) => [entry.eventUuid, entry]));
  }

  append(selection: Selection, steps: readonly OutboxEntry[]): Promise<void> {
    return this.#store.append(steps.map((step) => activationRow(selection, step)));
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

/** How many rows the next page has, `taken` of the selection's limit gone; 0 when the limit is used up. */
function rowsOfNextPage({ limit }: Selection, taken: number): number {
  return limit === undefined ? pageRows : Math.min(pageRows, limit - taken);
}

async function* inPages(rows: AsyncIterable<ResultRow>): AsyncGenerator<readonly PendingTicket[]> {
  let page: PendingTicket[] = [];
  for await (const row of rows) {
    page.push(pendingTicket(row));
    if (page.length < pageRows) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function pendingTicket([ticket, entry]: ResultRow): PendingTicket {
  return { ticket: ticketOf(ticket), entry: entryOf(entry) };
}
