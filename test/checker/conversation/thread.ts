import type { Actor, AssignedEvent, ConversationEvent, OpenedEvent } from "../../fake/desk/events.ts";
import { isPartlyUnseen } from "./first-reply.ts";
import { eventsByPart, messagesOf } from "./log.ts";
import type { SeenPart } from "./seen-parts.ts";

/** The opening message, or a part that the warehouse has seen: everything that happened with it. Oldest first. */
export type ThreadEntry = {
  /** Epoch seconds. */
  readonly at: number;
  readonly actor: Actor;
  readonly isOpening: boolean;
  /** Said something that was not redacted since. */
  readonly isMessage: boolean;
  readonly isNote: boolean;
  readonly isClose: boolean;
  /** It went into another conversation, and is closed by that. */
  readonly isMergedAway: boolean;
  readonly isReopen: boolean;
  /** Who got it; Intercom shows the teammate alone when it was given to a teammate and a team at once. */
  readonly assignedTo: { readonly kind: "teammate" | "team"; readonly id: string } | null;
  readonly wasClosedBefore: boolean;
} & Pick<SeenPart, "isAfterGap" | "isBeforeGap">;

/** A conversation as the warehouse can know it, entry by entry; the opening comes first. */
export function threadOf(
  events: readonly ConversationEvent[],
  opened: OpenedEvent,
  seen: ReadonlyMap<string, SeenPart>,
): ThreadEntry[] {
  const messageIds = new Set(messagesOf(events, seen).map((message) => message.partId));
  const thread: ThreadEntry[] = [{ ...openingEntry(events, opened), isBeforeGap: isPartlyUnseen(seen) }];
  let isClosed = false;
  for (const [partId, sides] of eventsByPart(events)) {
    const first = sides.find((event) => event.kind !== "redacted");
    const has = (kind: ConversationEvent["kind"]): boolean => sides.some((event) => event.kind === kind);
    const part = seen.get(partId);
    if (first !== undefined && part !== undefined) {
      thread.push({
        isAfterGap: part.isAfterGap,
        isBeforeGap: part.isBeforeGap,
        at: first.at,
        actor: first.actor,
        isOpening: false,
        isMessage: messageIds.has(partId),
        isNote: has("note"),
        isClose: has("closed"),
        isMergedAway: has("merged_into"),
        isReopen: has("reopened"),
        assignedTo: assignee(sides.find((event) => event.kind === "assigned")),
        wasClosedBefore: isClosed,
      });
    }
    if (has("closed") || has("merged_into")) isClosed = true;
    if (has("reopened")) isClosed = false;
  }
  return thread;
}

function openingEntry(events: readonly ConversationEvent[], opened: OpenedEvent): ThreadEntry {
  return {
    at: opened.at,
    actor: opened.actor,
    isOpening: true,
    isMessage: !events.some((event) => event.kind === "redacted" && event.partId === opened.sourceId),
    isNote: false,
    isClose: false,
    isMergedAway: false,
    isReopen: false,
    assignedTo: null,
    wasClosedBefore: false,
    isAfterGap: false,
    isBeforeGap: false,
  };
}

function assignee(event: AssignedEvent | undefined): ThreadEntry["assignedTo"] {
  if (event === undefined) return null;
  if (event.teammateId !== null) return { kind: "teammate", id: event.teammateId };
  return event.teamId === null ? null : { kind: "team", id: event.teamId };
}

/** The first there was; of what came after unseen parts nobody knows. */
export function firstOf(entries: readonly ThreadEntry[]): ThreadEntry | undefined {
  return entries[0]?.isAfterGap ? undefined : entries[0];
}

/** The last there was; of what came before unseen parts nobody knows. */
export function lastOf(entries: readonly ThreadEntry[]): ThreadEntry | undefined {
  return entries.at(-1)?.isBeforeGap ? undefined : entries.at(-1);
}
