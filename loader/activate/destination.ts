import type { ClosedTicket, DestinationName, OutboxEntry, PendingTicket } from "./outbox.ts";

/** What became of an event; `sentId` is the destination's own id of it, where it has one. */
export type Outcome =
  | { readonly state: "confirmed"; readonly sentId?: string }
  /** The event arrived, and an earlier attempt may still arrive too: a later run checks. */
  | { readonly state: "sent"; readonly sentId: string }
  | { readonly state: "rejected"; readonly reason: string }
  | { readonly state: "waiting"; readonly reason: string };

/** Something to be sent: a ticket, or what goes along with one. The entry is its newest step. */
export type Sendable = {
  readonly kind: "ticket" | "company";
  readonly ticket: ClosedTicket;
  readonly entry: OutboxEntry;
  /** Whether the ticket goes to another person than its previous step says. */
  readonly isMoved?: boolean;
};

export type Settled = { readonly entry: OutboxEntry; readonly outcome: Outcome };

/** A page as a destination sees it before anything of it is sent. */
export type Examined = {
  /** Tickets that need no sending: they arrived already, or cannot be sent. */
  readonly settled: readonly Settled[];
  /** The rest, in the order that it is sent in. */
  readonly ready: readonly Sendable[];
};

/** A tool that closed tickets are sent to. */
export interface Destination {
  readonly name: DestinationName;
  /** The project, or the workspace and kind of record. Each target has its own state of each ticket. */
  readonly target: string;
  /** Whether a ticket that was sent can be updated. */
  readonly isUpdating: boolean;
  /** So many pages are under way at once: more than one where a straggler of a page would keep the next one waiting. */
  readonly pagesAtOnce: number;
  /** Requests sent so far, retries included, and how many of them were refused for their rate. */
  readonly requests: number;
  readonly refusals: number;
  /**
   * Looks up the tickets of a page. Only reads, but creates missing people and removes second notes.
   * Errors: fatal ones.
   */
  examine(page: readonly PendingTicket[]): Promise<Examined>;
  /**
   * Sends tickets, and reports each outcome as soon as it is known. The fate of unreported tickets is unknown.
   * Errors: fatal ones, once nothing is under way any more.
   */
  send(ready: readonly Sendable[], onOutcome: (sent: Sendable, outcome: Outcome) => void): Promise<void>;
  close(): Promise<void>;
}
