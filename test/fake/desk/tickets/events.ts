// The event log of a ticket: what happened, in order, before anything is rendered to Intercom's shapes. A checker reads
// the truth from this log alone.
//
// How a log is to be read
// - `at` is epoch seconds; the log is in order. Of two events in one second the earlier in the list came first.
// - Events with the same `partId` are one part in Intercom. Each part has at least one event with its id.
// - State: the state of `created`, then of each `ticket_state_changed`. A change from resolved to another category is a
//   reopening. A change from a state to itself is the part that Intercom writes when a ticket begins.
// - `closed`, a `touched` that closes, and `reopened` move `open` alone. A change into or out of resolved moves `open`
//   as well.
// - A converted ticket has the messages of its conversation, those before `converted` included. Its first event is
//   `created`, at the conversation's creation; the opening message follows as a `message`.
// - A log has only what is visible at the world's clock.
import type { EventBase } from "../actor.ts";
import type {
  AssignedEvent,
  ClosedEvent,
  DeletedEvent,
  MessageEvent,
  NoteEvent,
  OtherPartEvent,
  RedactedEvent,
  ReopenedEvent,
  RestoredEvent,
} from "../events.ts";
import type { TicketCategory } from "./catalog.ts";
import type { AttributeValue, TicketAttributeSetEvent, TicketStateChangedEvent } from "./conversation-events.ts";

export interface TicketCreatedEvent extends EventBase {
  readonly kind: "created";
  readonly ticketId: string;
  /** The number that the inbox shows. */
  readonly inboxNumber: string;
  readonly typeId: string;
  readonly category: TicketCategory;
  readonly stateId: string;
  /** Whom it is for; null for a ticket about nobody. */
  readonly contactId: string | null;
  /** By the attribute's name, title and description included. */
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** The conversation became this ticket: before it, there was no ticket. */
export interface TicketConvertedEvent extends EventBase {
  readonly kind: "converted";
  readonly conversationId: string;
}

/** A conversation was linked to the ticket. There is no part. */
export interface ConversationLinkedEvent extends EventBase {
  readonly kind: "linked";
  readonly conversationId: string;
}

export interface ConversationUnlinkedEvent extends EventBase {
  readonly kind: "unlinked";
  readonly conversationId: string;
}

/** Something of the converted conversation that no part of the ticket tells, such as a tag. It moves `updated_at`. */
export interface TicketTouchedEvent extends EventBase {
  readonly kind: "touched";
  /** The conversation was closed without a close, as by a merge: the ticket is not open from now on. */
  readonly closes: boolean;
}

export type TicketEvent =
  | TicketCreatedEvent
  | TicketConvertedEvent
  | TicketStateChangedEvent
  | TicketAttributeSetEvent
  | ConversationLinkedEvent
  | ConversationUnlinkedEvent
  | TicketTouchedEvent
  | MessageEvent
  | NoteEvent
  | AssignedEvent
  | ClosedEvent
  | ReopenedEvent
  | RedactedEvent
  | OtherPartEvent
  | DeletedEvent
  | RestoredEvent;

/** What a checker asks a world about tickets. All answers are as of the world's clock. */
export interface TicketTruth {
  /** Ids of every ticket that exists; with `includeDeleted`, of the deleted ones too. */
  ticketIds(options?: { readonly includeDeleted?: boolean }): Iterable<string>;
  /** The log of one ticket, deleted ones too; null when there is none of that id (yet). */
  ticketEvents(ticketId: string): readonly TicketEvent[] | null;
  /** Ids of a contact's companies, the first one first; of a contact that is gone, those that somebody was shown last. */
  knownCompanies(contactId: string): readonly string[];
}
