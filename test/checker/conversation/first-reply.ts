import type { ConversationEvent, MessageEvent } from "../../fake/desk/events.ts";
import { isComment, messagesOf } from "./log.ts";
import type { SeenPart } from "./seen-parts.ts";

/** When a human first replied: in epoch seconds, and who, where the message itself was seen. */
export type FirstReply = { readonly at: number; readonly teammateId: string | null };

/**
 * The first human message, unless a part before it was never seen: then what Intercom's statistics say, which count what was
 * redacted too, unless an AI agent took part. Null when there is none, or nobody knows.
 */
export function firstReply(
  events: readonly ConversationEvent[],
  seen: ReadonlyMap<string, SeenPart>,
): FirstReply | null {
  const shown = messagesOf(events, seen).find(isByTeammate);
  if (shown !== undefined && !seen.get(shown.partId)?.isAfterGap) return { at: shown.at, teammateId: shown.actor.id };
  if (!isPartlyUnseen(seen) || hasAiTakenPart(events, seen)) return null;
  const recorded = events.find((event): event is MessageEvent => {
    return event.kind === "message" && isByTeammate(event) && (event.text !== null || isComment(events, event));
  });
  return recorded === undefined ? null : { at: recorded.at, teammateId: null };
}

/** Whether some of its parts were never seen. */
export function isPartlyUnseen(seen: ReadonlyMap<string, SeenPart>): boolean {
  return [...seen.values()].some(({ isAfterGap, isBeforeGap }) => isAfterGap || isBeforeGap);
}

function hasAiTakenPart(events: readonly ConversationEvent[], seen: ReadonlyMap<string, SeenPart>): boolean {
  return events.some((event) => {
    if (event.kind === "ai_resolution") return true;
    return event.kind === "message" && event.actor.kind === "ai_as_teammate" && seen.has(event.partId);
  });
}

function isByTeammate(event: ConversationEvent): boolean {
  return event.actor.kind === "teammate";
}
