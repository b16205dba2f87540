import type { ConversationEvent } from "../../fake/desk/events.ts";
import type { TicketCreatedEvent, TicketEvent } from "../../fake/desk/tickets/events.ts";
import { eventsByPart } from "../conversation/log.ts";
import { type SeenPart, seenParts } from "../conversation/seen-parts.ts";

export type TicketMessage = Extract<TicketEvent, { readonly kind: "message" }>;
export type TicketStateChange = Extract<TicketEvent, { readonly kind: "ticket_state_changed" }>;

/** The event with which a ticket's log begins. */
export function createdOf(events: readonly TicketEvent[], id: string): TicketCreatedEvent {
  const [created] = events;
  if (created?.kind !== "created") throw new Error(`the log of ticket ${id} has no beginning`);
  return created;
}

/** The customer's ticket that a conversation became, as `conversation_metrics` names it. */
export function ticketNamed(events: readonly ConversationEvent[]): {
  readonly ticket_id: string | null;
  readonly ticket_category: string | null;
} {
  const converted = events.find((event) => event.kind === "converted");
  return { ticket_id: converted?.ticketId ?? null, ticket_category: converted === undefined ? null : "Customer" };
}

/** The parts of a ticket that a warehouse can have seen. A converted ticket is not there before its conversion. */
export function seenTicketParts(
  events: readonly TicketEvent[],
  syncedAt: readonly number[],
): ReadonlyMap<string, SeenPart> {
  const converted = events.find((event) => event.kind === "converted");
  return seenParts(events, syncedAt, converted?.at);
}

/** Messages that were seen and not redacted, the opening message of a converted conversation among them. */
export function ticketMessages(
  events: readonly TicketEvent[],
  seen: ReadonlyMap<string, SeenPart>,
): readonly TicketMessage[] {
  const parts = eventsByPart(events);
  return events.filter((event): event is TicketMessage => {
    if (event.kind !== "message") return false;
    const part = seen.get(event.partId);
    if (part === undefined || part.isRedacted) return false;
    // A comment is a message whatever it holds; a part of another type is one with a text alone.
    return event.text !== null || isComment(parts.get(event.partId) ?? []);
  });
}

/** Changes of the state category, in order. */
export function stateChanges(events: readonly TicketEvent[]): readonly TicketStateChange[] {
  return events.filter(
    (event): event is TicketStateChange => event.kind === "ticket_state_changed" && event.from !== event.to,
  );
}

/** Whether Intercom shows the part as a comment: what it was first makes its type, except that a close is always one. */
function isComment(sides: readonly TicketEvent[]): boolean {
  const [first] = sides;
  if (sides.some((event) => event.kind === "closed")) return false;
  return first?.kind === "message" || (first?.kind === "reopened" && first.how === "customer_comment");
}
