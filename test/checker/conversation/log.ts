import type { Actor, ConversationEvent, MessageEvent, WorldTruth } from "../../fake/desk/events.ts";
import type { TicketEvent } from "../../fake/desk/tickets/events.ts";
import type { SeenPart } from "./seen-parts.ts";

/** What the logs of conversations and of tickets have in common. */
export type LogEvent = ConversationEvent | TicketEvent;

/** Whether the conversation or ticket is deleted by the end of its log. */
export function isDeleted(events: readonly LogEvent[]): boolean {
  return events.findLast((event) => event.kind === "deleted" || event.kind === "restored")?.kind === "deleted";
}

/** Messages after the opening one that were seen and not redacted. */
export function messagesOf(events: readonly ConversationEvent[], seen: ReadonlyMap<string, SeenPart>): MessageEvent[] {
  return events.filter((event): event is MessageEvent => {
    if (event.kind !== "message") return false;
    const part = seen.get(event.partId);
    if (part === undefined || part.isRedacted) return false;
    // A comment is a message whatever it holds; a close, an open or an assignment is one with a text alone.
    return event.text !== null || isComment(events, event);
  });
}

/** Whether Intercom shows the message as a comment, and not as a close, an open or an assignment. */
export function isComment(events: readonly ConversationEvent[], message: MessageEvent): boolean {
  return !events.some((event) => "partId" in event && event.partId === message.partId && isMoreThanComment(event));
}

/** The sides of each part: a close that carries a reply is a message and a closing. */
export function eventsByPart<E extends LogEvent>(events: readonly E[]): Map<string, E[]> {
  const parts = new Map<string, E[]>();
  for (const event of events) {
    if (!("partId" in event) || event.partId === null) continue;
    const sides = parts.get(event.partId);
    if (sides === undefined) parts.set(event.partId, [event]);
    else sides.push(event);
  }
  return parts;
}

/** A change into closed. */
export type Closing = {
  /** Epoch seconds; null where neither a part nor Intercom's own record tells when. */
  readonly at: number | null;
  /** Who closed it; null where no part that was seen tells. */
  readonly actor: Actor | null;
};

/** The last change into closed, of a conversation that is closed now: a repeated close changes nothing. Null when it is not closed. */
export function lastClosing(events: readonly ConversationEvent[], seen: ReadonlyMap<string, SeenPart>): Closing | null {
  let closing: Closing | null = null;
  for (const event of events) {
    if (event.kind === "closed") closing ??= { at: event.at, actor: seen.has(event.partId) ? event.actor : null };
    else if (event.kind === "closed_unseen") closing ??= { at: event.isRecorded ? event.at : null, actor: null };
    // Who merged it did not close it for the customer.
    else if (event.kind === "merged_into") closing ??= { at: event.at, actor: null };
    else if (event.kind === "reopened" || event.kind === "snoozed" || event.kind === "woken") closing = null;
  }
  return closing;
}

/** A change into closed, as the log has it. */
export type ClosingEvent = Extract<ConversationEvent, { kind: "closed" | "closed_unseen" | "merged_into" }>;

export function isClosing(event: ConversationEvent): event is ClosingEvent {
  return event.kind === "closed" || event.kind === "closed_unseen" || event.kind === "merged_into";
}

/**
 * When a warehouse says that the conversation was closed, in epoch seconds. A close without a part and without a record has the time of the
 * last event that was seen before it.
 */
export function closingTime(
  closing: ClosingEvent,
  events: readonly ConversationEvent[],
  seen: ReadonlyMap<string, SeenPart>,
): number {
  if (closing.kind !== "closed_unseen" || closing.isRecorded) return closing.at;
  const isShown = (event: ConversationEvent): boolean => {
    return event.kind === "opened" || (event.kind !== "redacted" && "partId" in event && seen.has(event.partId ?? ""));
  };
  const before = events.slice(0, events.indexOf(closing)).findLast(isShown);
  if (before === undefined) throw new Error("the log of a conversation has no opening");
  return before.at;
}

/** Where a conversation was merged to. */
export type MergedAway = {
  /** The conversation that stays; null where it does not exist any more. */
  readonly primaryId: string | null;
};

/** The merge of a conversation into another that holds now: whatever opens it later ends it. Null when there is none. */
export function mergedAway(truth: WorldTruth, events: readonly ConversationEvent[]): MergedAway | null {
  const last = events.findLast(({ kind }) => kind === "merged_into" || kind === "reopened" || kind === "snoozed");
  if (last?.kind !== "merged_into") return null;
  const primary = truth.events(last.primaryId);
  return { primaryId: primary === null || isDeleted(primary) ? null : last.primaryId };
}

/** Every part that there is, whether or not a warehouse ever saw it. A redacted opening message of a conversation is none. */
export function partIds(events: readonly LogEvent[]): Set<string> {
  const parts = [...eventsByPart(events)].filter(([, sides]) => sides.some((event) => event.kind !== "redacted"));
  return new Set(parts.map(([partId]) => partId));
}

/** Whether Intercom shows the part under a type of its own rather than as a comment. */
function isMoreThanComment(event: ConversationEvent): boolean {
  switch (event.kind) {
    case "closed":
    case "assigned":
    case "snoozed":
      return true;
    case "reopened":
    case "woken":
      return event.how !== "customer_comment";
    default:
      return false;
  }
}

/** Epoch seconds as ISO 8601 in UTC without a fraction. */
export function isoTime(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z");
}
