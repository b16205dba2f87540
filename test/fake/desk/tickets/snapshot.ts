// A ticket as it stands after some of its events: what is rendered and searched.
import type { Actor } from "../actor.ts";
import type { Body } from "../body.ts";
import { type StateCategory, type TicketState, ticketStateOf } from "./catalog.ts";
import type { AttributeValue } from "./conversation-events.ts";
import type { DeskTicketEvent } from "./timeline.ts";

export interface TicketPartDraft {
  readonly id: string;
  partType: string;
  readonly actor: Actor;
  readonly at: number;
  updatedAt: number;
  body: Body | null;
  attachments: number;
  assignedTo: { readonly type: "admin" | "team"; readonly id: string } | null;
  isRedacted: boolean;
  state: { readonly from: StateCategory; readonly to: StateCategory } | null;
  attribute: { readonly id: string; readonly name: string; readonly value: AttributeValue } | null;
}

export interface TicketSnapshot {
  readonly created: Extract<DeskTicketEvent, { readonly kind: "created" }>;
  /** Of a converted ticket. */
  conversationId: string | null;
  updatedAt: number;
  state: TicketState;
  previousStateId: string | null;
  isOpen: boolean;
  teammateId: string | null;
  teamId: string | null;
  readonly attributes: Map<string, AttributeValue>;
  /** Ids of linked conversations, in order of linking. */
  readonly linked: Set<string>;
  isDeleted: boolean;
  readonly parts: TicketPartDraft[];
}

/** Part types of reopenings, as conversations have them. */
const REOPENING_TYPES = {
  customer_open: "open",
  customer_comment: "comment",
  teammate_open: "open",
  assign_and_reopen: "assign_and_reopen",
  note_and_reopen: "note_and_reopen",
} as const;

/** Folds events, in order, up to and including the instant `until` (epoch seconds); null when there was no ticket yet. */
export function ticketSnapshotOf(events: readonly DeskTicketEvent[], until: number): TicketSnapshot | null {
  const created = events[0];
  if (created?.kind !== "created" || beginsAt(events) > until) return null;
  const snapshot: TicketSnapshot = {
    created,
    conversationId: null,
    updatedAt: created.at,
    state: ticketStateOf(created.stateId),
    previousStateId: null,
    isOpen: true,
    teammateId: null,
    teamId: null,
    attributes: new Map(Object.entries(created.attributes)),
    linked: new Set(),
    isDeleted: false,
    parts: [],
  };
  for (const event of events) {
    if (event.at > until) break;
    snapshot.updatedAt = event.at;
    apply(snapshot, event);
  }
  return snapshot;
}

/** When there was such a ticket for the first time: of a converted one, not before the conversion. */
export function beginsAt(events: readonly DeskTicketEvent[]): number {
  return (events.find((event) => event.kind === "converted") ?? events[0])?.at ?? Number.POSITIVE_INFINITY;
}

function apply(snapshot: TicketSnapshot, event: DeskTicketEvent): void {
  switch (event.kind) {
    case "created":
      return;
    case "touched":
      if (event.closes) snapshot.isOpen = false;
      return;
    case "converted":
      snapshot.conversationId = event.conversationId;
      return;
    case "message": {
      const part = partOf(snapshot, event, event.quickReply === undefined ? "comment" : "quick_reply");
      part.body = event.body;
      part.attachments = event.attachments;
      return;
    }
    case "note":
      partOf(snapshot, event, "note").body = event.body;
      return;
    case "assigned":
      partOf(snapshot, event, "assignment").assignedTo = assignee(event.teammateId, event.teamId);
      snapshot.teammateId = event.teammateId;
      snapshot.teamId = event.teamId;
      return;
    case "closed":
      partOf(snapshot, event, "close").partType = "close";
      snapshot.isOpen = false;
      return;
    case "reopened":
      partOf(snapshot, event, REOPENING_TYPES[event.how]);
      snapshot.isOpen = true;
      return;
    case "ticket_state_changed": {
      const { from, to } = event;
      partOf(snapshot, event, `ticket_state_updated_by_${event.by}`).state = { from, to };
      if (from === "resolved" || to === "resolved") snapshot.isOpen = to !== "resolved";
      snapshot.state = ticketStateOf(event.toStateId);
      snapshot.previousStateId = event.fromStateId;
      return;
    }
    case "ticket_attribute_set": {
      const { attributeId: id, name, value } = event;
      partOf(snapshot, event, "ticket_attribute_updated_by_admin").attribute = { id, name, value };
      snapshot.attributes.set(name, value);
      return;
    }
    case "other_part":
      partOf(snapshot, event, event.partType);
      return;
    case "linked":
      snapshot.linked.add(event.conversationId);
      return;
    case "unlinked":
      snapshot.linked.delete(event.conversationId);
      return;
    case "redacted":
      redact(snapshot, event.partId, event.at);
      return;
    case "deleted":
      snapshot.isDeleted = true;
      return;
    case "restored":
      snapshot.isDeleted = false;
      return;
    default:
      throw new Error(`no such event: ${event satisfies never}`);
  }
}

/** The part an event belongs to: the last one when the id is the same, else a new one of the given type. */
function partOf(
  snapshot: TicketSnapshot,
  event: { readonly partId: string; readonly actor: Actor; readonly at: number },
  partType: string,
): TicketPartDraft {
  const last = snapshot.parts.at(-1);
  if (last !== undefined && last.id === event.partId) return last;
  const part: TicketPartDraft = {
    id: event.partId,
    partType,
    actor: event.actor,
    at: event.at,
    updatedAt: event.at,
    body: null,
    attachments: 0,
    assignedTo: null,
    isRedacted: false,
    state: null,
    attribute: null,
  };
  snapshot.parts.push(part);
  return part;
}

function assignee(teammateId: string | null, teamId: string | null): TicketPartDraft["assignedTo"] {
  if (teammateId !== null) return { type: "admin", id: teammateId };
  return teamId === null ? null : { type: "team", id: teamId };
}

function redact(snapshot: TicketSnapshot, id: string, at: number): void {
  const part = snapshot.parts.find((each) => each.id === id);
  if (part === undefined) return;
  part.isRedacted = true;
  part.updatedAt = at;
}
