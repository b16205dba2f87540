import type { ConversationEvent } from "../fake/events.ts";

/** GET /conversations/{id} shows no more of a thread than its most recent parts, this many. */
const partsShownMax = 500;

/** What a warehouse knows of a part: a redaction reaches it only while Intercom still shows the part. */
export type SeenPart = { readonly isRedacted: boolean };

/**
 * The parts of a conversation that a warehouse can have seen, oldest first, from the log and from the moments (epoch seconds,
 * ascending) at which it was synced: at each of them the last 500, the newest sighting of a part replacing the older.
 */
export function seenParts(
  events: readonly ConversationEvent[],
  syncedAt: readonly number[],
): ReadonlyMap<string, SeenPart> {
  const whole = partsUntil(events, Number.POSITIVE_INFINITY);
  if (whole.size <= partsShownMax) return whole;
  const seen = new Map<string, SeenPart>();
  for (const moment of syncedAt) {
    if (isDeletedAt(events, moment)) continue;
    const parts = [...partsUntil(events, moment)];
    for (const [id, part] of parts.slice(-partsShownMax)) seen.set(id, part);
  }
  return seen;
}

function partsUntil(events: readonly ConversationEvent[], moment: number): Map<string, SeenPart> {
  const parts = new Map<string, SeenPart>();
  let sourceId: string | null = null;
  for (const event of events) {
    if (event.at > moment) break;
    if (event.kind === "opened") sourceId = event.sourceId;
    if (!("partId" in event) || event.partId === null || event.partId === sourceId) continue;
    if (event.kind === "redacted") parts.set(event.partId, { isRedacted: true });
    else if (!parts.has(event.partId)) parts.set(event.partId, { isRedacted: false });
  }
  return parts;
}

function isDeletedAt(events: readonly ConversationEvent[], moment: number): boolean {
  let isDeleted = false;
  for (const event of events) {
    if (event.at > moment) break;
    if (event.kind === "deleted") isDeleted = true;
    if (event.kind === "restored") isDeleted = false;
  }
  return isDeleted;
}
