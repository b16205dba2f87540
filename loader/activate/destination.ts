import type { ClosedTicket, DestinationName, OutboxEntry, PendingTicket } from "./outbox.ts";

/** What became of an event; `sentId` is the destination's own id of it, where it has one. */
export type Outcome =
  | { readonly state: "confirmed"; readonly sentId?: string }
  /** It is there, and an earlier try of it may yet come to be there too: a later run looks. */
  | { readonly state: "sent"; readonly sentId: string }
  | { readonly state: "rejected"; readonly reason: string }
  | { readonly state: "waiting"; readonly reason: string };

/** Something to be sent: a ticket, or what goes along with one. The entry is its newest step. */
export type Sendable = {
  readonly kind: "ticket" | "company";
  readonly ticket: ClosedTicket;
  readonly entry: OutboxEntry;
  /** Whether it goes to somebody else than the step before says. */
  readonly isMoved?: boolean;
};

export type Settled = { readonly entry: OutboxEntry; readonly outcome: Outcome };

/** A page as a destination sees it before anything of it is sent. */
export type Examined = {
  /** What needs no sending: it is there already, or cannot be sent. */
  readonly settled: readonly Settled[];
  /** The rest, in the order that it is sent in. */
  readonly ready: readonly Sendable[];
};

/** A tool that is told of closed tickets. */
export interface Destination {
  readonly name: DestinationName;
  /** Which project, or which workspace and kind of record: what one was told, another was not. */
  readonly target: string;
  /** Whether what it was told can be changed. */
  readonly isUpdating: boolean;
  /** So many pages are under way at once: more than one where a straggler of a page would keep the next one waiting. */
  readonly pagesAtOnce: number;
  /** Requests sent so far, retries included, and how many of them were refused for their rate. */
  readonly requests: number;
  readonly refusals: number;
  /**
   * Looks a page over. It reads only, except that it makes missing people and removes second notes.
   * Errors: fatal ones.
   */
  examine(page: readonly PendingTicket[]): Promise<Examined>;
  /**
   * Sends, and tells of each as soon as its outcome is known; of what it does not tell, nothing is known.
   * Errors: fatal ones, once nothing is under way any more.
   */
  send(ready: readonly Sendable[], onOutcome: (sent: Sendable, outcome: Outcome) => void): Promise<void>;
  close(): Promise<void>;
}
