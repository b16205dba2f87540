import type { ConversationEvent, OpenedEvent, WorldTruth } from "../../fake/desk/events.ts";
import { collapsed } from "../white-space.ts";
import { firstReply } from "./first-reply.ts";
import { isClosing, isDeleted, isoTime, lastClosing, messagesOf } from "./log.ts";
import { seenParts } from "./seen-parts.ts";

/** One row of `conversations`: times ISO 8601 in UTC to the second, durations in seconds, text with white space collapsed. */
export type NormalizedRow = {
  readonly conversation_id: string;
  readonly contact_id: string | null;
  readonly contact_email: string | null;
  readonly company_id: string | null;
  readonly created_at: string;
  readonly closed_at: string | null;
  readonly state: "open" | "closed" | "snoozed";
  readonly tags: readonly string[];
  readonly rating: number | null;
  readonly rating_remark: string | null;
  readonly message_count: number;
  readonly time_to_first_reply_seconds: number | null;
  readonly time_to_resolution_seconds: number | null;
  readonly first_message_body: string | null;
};

/** The columns in the order that users rely on. */
export const normalizedColumns = [
  "conversation_id",
  "contact_id",
  "contact_email",
  "company_id",
  "created_at",
  "closed_at",
  "state",
  "tags",
  "rating",
  "rating_remark",
  "message_count",
  "time_to_first_reply_seconds",
  "time_to_resolution_seconds",
  "first_message_body",
] as const satisfies readonly (keyof NormalizedRow)[];

/**
 * The normalized row of a conversation by the definitions of the design, from the event log alone.
 *
 * `syncedAt` are the moments (epoch seconds, ascending) at which the warehouse was synced; only a thread of more than 500
 * parts depends on them. Null when the conversation does not exist or is deleted.
 */
export function normalizedRow(truth: WorldTruth, id: string, syncedAt: readonly number[]): NormalizedRow | null {
  const events = truth.events(id);
  if (events === null || isDeleted(events)) return null;
  const opened = openingOf(events, id);
  const seen = seenParts(events, syncedAt);
  const messages = messagesOf(events, seen);
  const state = stateOf(events);
  const closedAt = lastClosing(events, seen)?.at ?? null;
  const reply = opened.actor.kind === "customer" ? firstReply(events, seen) : null;
  const isOpeningRedacted = events.some((event) => event.kind === "redacted" && event.partId === opened.sourceId);
  const contact = truth.contactsOf(id)[0];
  const rated = events.findLast((event) => event.kind === "rated");
  return {
    conversation_id: id,
    contact_id: contact?.contactId ?? null,
    contact_email: contact?.email ?? null,
    company_id: truth.companyOf(id) ?? contact?.companyIds[0] ?? null,
    created_at: isoTime(opened.at),
    closed_at: closedAt === null ? null : isoTime(closedAt),
    state,
    tags: tagsOf(events),
    rating: rated?.score ?? null,
    rating_remark: rated?.remark ?? null,
    message_count: messages.length + (isOpeningRedacted ? 0 : 1),
    time_to_first_reply_seconds: reply === null ? null : reply.at - opened.at,
    time_to_resolution_seconds: closedAt === null ? null : closedAt - opened.at,
    first_message_body: isOpeningRedacted ? null : collapsed(opened.text),
  };
}

/** The ids of the tags that are on the conversation, in no order; none when it does not exist or is deleted. */
export function tagIds(truth: WorldTruth, id: string): string[] {
  const events = truth.events(id);
  return events === null || isDeleted(events) ? [] : [...tagsOn(events).keys()];
}

/** The names of the tags that are on the conversation, by code unit; none when it does not exist or is deleted. */
export function tagNames(truth: WorldTruth, id: string): string[] {
  const events = truth.events(id);
  return events === null || isDeleted(events) ? [] : tagsOf(events);
}

function openingOf(events: readonly ConversationEvent[], id: string): OpenedEvent {
  const opened = events.find((event) => event.kind === "opened");
  if (opened === undefined) throw new Error(`the log of conversation ${id} has no opening`);
  return opened;
}

function stateOf(events: readonly ConversationEvent[]): NormalizedRow["state"] {
  let state: NormalizedRow["state"] = "open";
  for (const event of events) {
    if (isClosing(event)) state = "closed";
    else if (event.kind === "snoozed") state = "snoozed";
    else if (event.kind === "reopened" || event.kind === "woken") state = "open";
  }
  return state;
}

function tagsOn(events: readonly ConversationEvent[]): Map<string, string> {
  const tags = new Map<string, string>();
  for (const event of events) {
    if (event.kind === "tagged") tags.set(event.tagId, event.name);
    else if (event.kind === "untagged") tags.delete(event.tagId);
  }
  return tags;
}

/** Tag names by code unit, which is how JavaScript sorts strings. */
function tagsOf(events: readonly ConversationEvent[]): string[] {
  return [...tagsOn(events).values()].sort();
}
