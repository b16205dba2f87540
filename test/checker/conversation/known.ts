import type { ConversationEvent, OpenedEvent } from "../../fake/desk/events.ts";
import type { OfficeHours } from "../metric-spans.ts";
import { isPartlyUnseen } from "./first-reply.ts";
import { isDeleted, isoTime } from "./log.ts";
import type { MetricsQuestion } from "./metrics.ts";
import { type SeenPart, seenParts } from "./seen-parts.ts";
import { lastStates } from "./states.ts";
import { type ThreadEntry, threadOf } from "./thread.ts";

/** A conversation as a warehouse can know it, from which the rows of several marts follow. */
export type KnownConversation = {
  readonly id: string;
  readonly workspaceId: string;
  readonly events: readonly ConversationEvent[];
  readonly opened: OpenedEvent;
  readonly seen: ReadonlyMap<string, SeenPart>;
  readonly thread: readonly ThreadEntry[];
  readonly isPartlyUnseen: boolean;
  readonly hours: OfficeHours;
};

export type GrainRow = Readonly<Record<string, string | number | boolean | null>>;

/** Null when the conversation does not exist or is deleted. */
export function knownConversation(question: MetricsQuestion, id: string): KnownConversation | null {
  const { workspaceId, truth, syncedAt, officeHoursOf } = question;
  const events = truth.events(id);
  const opened = events?.find((event) => event.kind === "opened");
  if (events === null || opened === undefined || isDeleted(events)) return null;
  const seen = seenParts(events, syncedAt);
  const thread = threadOf(events, opened, seen);
  const hours = officeHoursOf(lastStates(events).teamId);
  return { id, workspaceId, events, opened, seen, thread, isPartlyUnseen: isPartlyUnseen(seen), hours };
}

export function isoOrNull(epochSeconds: number | null | undefined): string | null {
  return epochSeconds === null || epochSeconds === undefined ? null : isoTime(epochSeconds);
}
