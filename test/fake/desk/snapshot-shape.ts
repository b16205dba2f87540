// What is known of a conversation after some of its events.

import type { Actor, AiResolutionEvent, PrioritizedEvent, SlaEvent } from "./events.ts";
import type { PartDraft } from "./part-draft.ts";
import type { TicketCategory } from "./tickets/catalog.ts";
import type { AttributeValue, ConvertedEvent } from "./tickets/conversation-events.ts";
import type { DeskEvent } from "./timeline.ts";

export interface AppliedTag {
  readonly id: string;
  readonly name: string;
  readonly at: number;
  readonly actor: Actor;
}

export interface Rating {
  readonly askedAt: number;
  readonly teammateId: string;
  updatedAt: number;
  contactId: string | null;
  score: number | null;
  remark: string | null;
}

/** The ticket that the conversation became. */
export interface OwnTicket {
  readonly begin: Pick<ConvertedEvent, "ticketId" | "typeId">;
  stateId: string;
  readonly attributes: Map<string, AttributeValue>;
}

export interface Snapshot {
  readonly opened: Extract<DeskEvent, { readonly kind: "opened" }>;
  readonly createdAt: number;
  updatedAt: number;
  state: "open" | "closed" | "snoozed";
  /** When it was last closed without a part and that is recorded; null when never. */
  closedUnseenAt: number | null;
  snoozedUntil: number | null;
  /** Since when the customer waits for an answer; null when nobody owes one. */
  waitingSince: number | null;
  teammateId: string | null;
  teamId: string | null;
  contactIds: string[];
  readonly tags: Map<string, AppliedTag>;
  rating: Rating | null;
  aiRating: { readonly score: number; readonly remark: string | null; readonly at: number } | null;
  aiResolution: AiResolutionEvent["resolution"] | null;
  aiAnswered: boolean;
  priority: PrioritizedEvent["priority"];
  sla: Pick<SlaEvent, "name" | "status"> | null;
  isSourceRedacted: boolean;
  /** Teammates who took part, in order of appearance. */
  readonly teammateIds: Set<string>;
  isDeleted: boolean;
  /** What the team or Intercom set, beside what every conversation has. */
  readonly attributes: Map<string, AttributeValue>;
  /** Ids of conversations that were merged into it, or the one that it was merged into. */
  readonly mergedIds: string[];
  isMergedAway: boolean;
  ticket: OwnTicket | null;
  /** Back-office and tracker tickets by id, in order of linking. */
  readonly linkedTickets: Map<string, TicketCategory>;
  readonly parts: PartDraft[];
}

/** As the conversation begins. `contactId` is whom it is with, whoever opened it. */
export function newSnapshot(opened: Snapshot["opened"], contactId: string): Snapshot {
  const byCustomer = opened.actor.kind === "customer";
  return {
    opened,
    createdAt: opened.at,
    updatedAt: opened.at,
    state: "open",
    closedUnseenAt: null,
    snoozedUntil: null,
    waitingSince: byCustomer ? opened.at : null,
    teammateId: null,
    teamId: null,
    contactIds: [contactId],
    tags: new Map(),
    rating: null,
    aiRating: null,
    aiResolution: null,
    aiAnswered: false,
    priority: "none",
    sla: null,
    isSourceRedacted: false,
    teammateIds: new Set(),
    isDeleted: false,
    attributes: new Map(),
    mergedIds: [],
    isMergedAway: false,
    ticket: null,
    linkedTickets: new Map(),
    parts: [],
  };
}
