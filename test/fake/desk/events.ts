// The event log of a support desk: what happened, in order, before anything is rendered to Intercom's shapes.
// It is the truth that a checker reads. Nothing here knows part types, HTML or JSON.
//
// How a log is to be read
// - `at` is epoch seconds; the log is in order, and of two events in one second the earlier in the list came first.
// - Events with the same `partId` are one part in Intercom (a close that carries a reply is a `message` and a `closed`;
//   the customer's answer on a closed conversation is a `reopened` and a `message`). Every part in Intercom has at
//   least one event with its id. So the last 500 distinct part ids are the parts that GET /conversations/{id} shows.
// - The opening message is the `opened` event; its id is `sourceId` and it is not a part.
// - A log has only what is visible at the world's clock. A redaction takes effect with its `redacted` event.
// - State: open after `opened`; `closed`, `closed_unseen` and `merged_into` → closed (`closed` may repeat what is closed
//   already); `reopened` → open (only ever from closed); `snoozed` → snoozed (only ever from open); `woken` → open (only ever from snoozed). A teammate's message on a closed conversation
//   leaves it closed.

import type { EventBase, PartEvent } from "./actor.ts";
import type { AttributeSetEvent, MergedFromEvent, MergedIntoEvent } from "./attributes/events.ts";
import type {
  ConvertedEvent,
  TicketAttributeSetEvent,
  TicketLinkedEvent,
  TicketStateChangedEvent,
  TicketUnlinkedEvent,
} from "./tickets/conversation-events.ts";

export type { Actor } from "./actor.ts";

/** The conversation began with this message. */
export interface OpenedEvent extends EventBase {
  readonly kind: "opened";
  readonly sourceId: string;
  /** Intercom's `source.type`: conversation, email, whatsapp, sms, facebook, … */
  readonly channel: string;
  /** Plain text of the opening message; null when it has none (then it has attachments). */
  readonly text: string | null;
  readonly attachments: number;
}

/** A public message after the opening one. */
export interface MessageEvent extends PartEvent {
  readonly kind: "message";
  /** Plain text; null when the message is attachments only, or a card, an article or a sticker, of which Intercom shows nothing. */
  readonly text: string | null;
  readonly attachments: number;
}

/** An internal note: the customer never sees it. */
export interface NoteEvent extends PartEvent {
  readonly kind: "note";
  readonly text: string | null;
}

/** The conversation was given to a teammate, a team, both, or nobody. A null is "unassigned". */
export interface AssignedEvent extends PartEvent {
  readonly kind: "assigned";
  readonly teammateId: string | null;
  readonly teamId: string | null;
}

export interface ClosedEvent extends PartEvent {
  readonly kind: "closed";
}

/** Closed without a part, as by a merge: Intercom shows the state alone. */
export interface ClosedUnseenEvent extends EventBase {
  readonly kind: "closed_unseen";
  /** Whether Intercom's `statistics.last_close_at` tells of it. */
  readonly isRecorded: boolean;
}

/** From closed to open. A message by the same part is its own `message` event. */
export interface ReopenedEvent extends PartEvent {
  readonly kind: "reopened";
  /**
   * customer_open: the customer wrote, Intercom shows an `open` part with the text. customer_comment: the customer
   * wrote, Intercom shows a comment. teammate_open: opened by hand. assign_and_reopen, note_and_reopen: as named.
   */
  readonly how: "customer_open" | "customer_comment" | "teammate_open" | "assign_and_reopen" | "note_and_reopen";
}

export interface SnoozedEvent extends PartEvent {
  readonly kind: "snoozed";
  /** Epoch seconds. */
  readonly until: number;
}

/** From snoozed to open: no reopening. */
export interface WokenEvent extends PartEvent {
  readonly kind: "woken";
  /** timer: the snooze ran out. customer_open and customer_comment: the customer wrote. teammate: by hand. */
  readonly how: "timer" | "customer_open" | "customer_comment" | "teammate";
}

/** The customer was asked for a rating; there is no part. */
export interface RatingAskedEvent extends EventBase {
  readonly kind: "rating_asked";
  /** The teammate to be rated. */
  readonly teammateId: string;
}

/** The customer rated the conversation, or changed the rating: the latest counts whole, its remark too. */
export interface RatedEvent extends PartEvent {
  readonly kind: "rated";
  /** 1 to 5. */
  readonly score: number;
  readonly remark: string | null;
}

/** The customer rated the AI agent: another rating than the conversation's. There is no part. */
export interface AiRatedEvent extends EventBase {
  readonly kind: "ai_rated";
  readonly score: number;
  readonly remark: string | null;
}

/** A tag was put on the conversation. Bulk tagging leaves no part. */
export interface TaggedEvent extends EventBase {
  readonly kind: "tagged";
  readonly tagId: string;
  readonly name: string;
  readonly partId: string | null;
}

export interface UntaggedEvent extends EventBase {
  readonly kind: "untagged";
  readonly tagId: string;
  readonly name: string;
  readonly partId: string | null;
}

/** A message or note lost its content for good. `partId` is the part's id or the opening message's `sourceId`. */
export interface RedactedEvent extends EventBase {
  readonly kind: "redacted";
  readonly partId: string;
}

/** Another contact joined; it comes after the ones there already. */
export interface ContactAddedEvent extends PartEvent {
  readonly kind: "contact_added";
  readonly contactId: string;
}

/** A contact was merged into another, which takes its place in the conversation. There is no part. */
export interface ContactMergedEvent extends EventBase {
  readonly kind: "contact_merged";
  readonly fromId: string;
  readonly intoId: string;
}

export interface PrioritizedEvent extends PartEvent {
  readonly kind: "prioritized";
  readonly priority: "none" | "low" | "medium" | "high" | "urgent";
}

/** The state of the SLA; "active" when it was applied, "cancelled" when a teammate removed it. There is no part. */
export interface SlaEvent extends EventBase {
  readonly kind: "sla";
  readonly name: string;
  readonly status: "active" | "hit" | "missed" | "cancelled";
}

/** How the AI agent's part in it stands. There is no part. */
export interface AiResolutionEvent extends EventBase {
  readonly kind: "ai_resolution";
  readonly resolution: "assumed_resolution" | "confirmed_resolution" | "escalated" | "negative_feedback";
}

/** A part that is neither a message nor a change of state (an attribute set, a custom action, a kind nobody knows yet). */
export interface OtherPartEvent extends PartEvent {
  readonly kind: "other_part";
  readonly partType: string;
}

/** From here on Intercom answers 404 for it and lists it as deleted. */
export interface DeletedEvent extends EventBase {
  readonly kind: "deleted";
  readonly metricsRetained: boolean;
}

/** It is back, with everything it had. */
export interface RestoredEvent extends EventBase {
  readonly kind: "restored";
}

export type ConversationEvent =
  | OpenedEvent
  | MessageEvent
  | NoteEvent
  | AssignedEvent
  | ClosedEvent
  | ClosedUnseenEvent
  | ReopenedEvent
  | SnoozedEvent
  | WokenEvent
  | RatingAskedEvent
  | RatedEvent
  | AiRatedEvent
  | TaggedEvent
  | UntaggedEvent
  | RedactedEvent
  | ContactAddedEvent
  | ContactMergedEvent
  | PrioritizedEvent
  | SlaEvent
  | AiResolutionEvent
  | OtherPartEvent
  | AttributeSetEvent
  | MergedIntoEvent
  | MergedFromEvent
  | ConvertedEvent
  | TicketStateChangedEvent
  | TicketAttributeSetEvent
  | TicketLinkedEvent
  | TicketUnlinkedEvent
  | DeletedEvent
  | RestoredEvent;

/** A contact of a conversation as it is now, at the world's clock. */
export interface ConversationContact {
  readonly contactId: string;
  /** Its current address; null when it has none or the contact was deleted. */
  readonly email: string | null;
  readonly isDeleted: boolean;
  /** Intercom's ids of its companies, first one first; of a deleted contact, as somebody was last shown them. */
  readonly companyIds: readonly string[];
}

/** One customer account, in the columns of the `accounts` relation of the churn models. */
export interface AccountRow {
  readonly account_id: string;
  /** Intercom's id of the company. */
  readonly company_id: string;
  /** YYYY-MM-DD. */
  readonly started_on: string;
  /** YYYY-MM-DD; null while it has not churned at the world's clock. */
  readonly churned_on: string | null;
  readonly plan: string;
  /** Monthly recurring revenue in whole dollars. */
  readonly mrr: number;
}

/** What a checker asks a world. All answers are as of the world's clock. */
export interface WorldTruth {
  /** Epoch seconds: what has happened by now has happened. */
  clock(): number;
  /** The log of one conversation, deleted ones too; null when there is none of that id (yet). */
  events(conversationId: string): readonly ConversationEvent[] | null;
  /** Ids of every conversation that exists; with `includeDeleted`, of the deleted ones too. In order of creation. */
  conversationIds(options?: { readonly includeDeleted?: boolean }): Iterable<string>;
  /** The conversation's contacts, in Intercom's order; the first is the one it belongs to. */
  contactsOf(conversationId: string): readonly ConversationContact[];
  /** Intercom's id of the conversation's own company; null when it has none (a reader falls back on the contact's). */
  companyOf(conversationId: string): string | null;
  accounts(): readonly AccountRow[];
}
