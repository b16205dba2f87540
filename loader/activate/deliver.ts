import type { Effects } from "../effects.ts";
import type { Destination, Outcome, Sendable } from "./destination.ts";
import type { Outbox, OutboxCounts, OutboxEntry, Selection } from "./outbox.ts";

/** What a run did, and what is left. */
export type Delivery = {
  readonly planned: number;
  readonly sent: number;
  readonly confirmed: number;
  /** Of the events that were rejected or have to wait. */
  readonly reasons: ReadonlyMap<string, Reason>;
  readonly counts: OutboxCounts;
  /** Why it ended early. */
  readonly error: unknown;
};

/** How many events share a reason, and the conversations of the first few. */
type Reason = { events: number; readonly conversations: string[] };

/** Conversations that are named under a reason; all of them are in `_activations`. */
const conversationsNamed = 10;

/** Counts while a run lasts; `sent` are those that are there and that a later run looks at once more. */
export type DeliveryProgress = {
  expected: number;
  done: number;
  sent: number;
  confirmed: number;
  rejected: number;
  waiting: number;
};

export function noProgress(): DeliveryProgress {
  return { expected: 0, done: 0, sent: 0, confirmed: 0, rejected: 0, waiting: 0 };
}

export type DeliverOptions = {
  readonly outbox: Outbox;
  readonly destination: Destination;
  readonly selection: Selection;
  readonly effects: Effects;
  readonly progress: DeliveryProgress;
};

/**
 * Sends the pending tickets, page by page. While a page is under way, the next page is examined and marked as sent. One
 * write stores these marks together with the outcome of the page before, so the destination never waits for the warehouse.
 * A killed run leaves a few pages for the next run to look up, and nothing else.
 *
 * It never throws for what happens on the way: what is known is stored first, and `error` says why it ended early.
 */
export async function deliver(options: DeliverOptions): Promise<Delivery> {
  const { outbox, selection, progress, effects } = options;
  const ledger = new Ledger(progress);
  let planned = 0;
  let error: unknown;
  try {
    planned = await outbox.plan(selection);
    const counts = await outbox.counts(selection);
    progress.expected = Math.min(selection.limit ?? Infinity, counts.planned + counts.sent + counts.waiting);
    effects.log("delivery_planned", { destination: selection.destination, planned, to_send: progress.expected });
    await sendPages(options, ledger);
  } catch (thrown) {
    error = thrown;
  }
  try {
    await outbox.append(selection, ledger.take());
  } catch (thrown) {
    error ??= thrown;
  }
  const counts = await outbox.counts(selection).catch((thrown: unknown) => {
    error ??= thrown;
    return noCounts;
  });
  return { planned, sent: ledger.sent, confirmed: progress.confirmed, reasons: ledger.reasons, counts, error };
}

async function sendPages({ outbox, destination, selection, effects }: DeliverOptions, ledger: Ledger): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  const underWay: Promise<void>[] = [];
  try {
    for await (const page of outbox.pending(selection)) {
      const { settled, ready } = await destination.examine(page);
      for (const { entry, outcome } of settled) ledger.settle(entry, outcome);
      const marked = ready.map((sendable) => ledger.mark(sendable));
      await outbox.append(selection, ledger.take());
      while (underWay.length >= destination.pagesAtOnce) await underWay.shift();
      if (failure !== undefined) break;
      effects.log("page_sent", { destination: selection.destination, rows: page.length, sending: marked.length });
      const sending = destination.send(marked, (sendable, outcome) => {
        ledger.settle(sendable.entry, outcome, sendable);
      });
      underWay.push(
        sending.catch((error: unknown) => {
          failure ??= { error };
        }),
      );
    }
  } finally {
    // Nothing may be under way when what is known is stored.
    await Promise.all(underWay);
  }
  if (failure !== undefined) throw failure.error;
}

/** The steps that are not written yet, and the counts. */
class Ledger {
  readonly reasons = new Map<string, Reason>();
  sent = 0;
  readonly #progress: DeliveryProgress;
  #steps: OutboxEntry[] = [];

  constructor(progress: DeliveryProgress) {
    this.#progress = progress;
  }

  /** The ticket, marked as sent: from here on it may have arrived. */
  mark(sendable: Sendable): Sendable {
    const { entry, kind, ticket, isMoved = false } = sendable;
    const payloadHash = kind === "ticket" ? ticket.payload_hash : entry.payloadHash;
    const isMarked = entry.state === "sent" && entry.payloadHash === payloadHash && !isMoved;
    const marked: OutboxEntry = isMarked
      ? entry
      : { ...entry, step: entry.step + 1, state: "sent", payloadHash, reason: null };
    if (!isMarked) this.#steps.push(marked);
    return { ...sendable, entry: marked };
  }

  /** @param sendable when it was sent for this outcome */
  settle(entry: OutboxEntry, outcome: Outcome, sendable?: Sendable): void {
    const isTicket = entry.conversationId !== null;
    if (isTicket && sendable !== undefined) this.sent += 1;
    if (isTicket) {
      this.#progress.done += 1;
      this.#progress[outcome.state] += 1;
    }
    const reason = "reason" in outcome ? outcome.reason : null;
    const sentId = ("sentId" in outcome ? outcome.sentId : undefined) ?? entry.sentId;
    if (reason !== null && entry.conversationId !== null) this.#count(reason, entry.conversationId);
    if (entry.state === outcome.state && entry.reason === reason && entry.sentId === sentId) return; // it waits as before
    this.#steps.push({ ...entry, step: entry.step + 1, state: outcome.state, reason, sentId });
  }

  #count(reason: string, conversationId: string): void {
    const same = this.reasons.get(reason) ?? { events: 0, conversations: [] };
    same.events += 1;
    if (same.conversations.length < conversationsNamed) same.conversations.push(conversationId);
    this.reasons.set(reason, same);
  }

  take(): OutboxEntry[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }
}

const noCounts: OutboxCounts = {
  new: 0,
  changed: 0,
  planned: 0,
  sent: 0,
  confirmed: 0,
  waiting: 0,
  rejected: 0,
  unanswered: 0,
};
