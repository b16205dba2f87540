import type { LogEvent } from "./log.ts";

/** GET /conversations/{id} shows no more of a thread than its most recent parts, this many. */
const partsShownMax = 500;

/** What a warehouse knows of a part: a redaction reaches it only while Intercom still shows the part. */
export type SeenPart = {
  readonly isRedacted: boolean;
  /** A part before it was never seen. */
  readonly isAfterGap: boolean;
  /** A part after it was never seen. */
  readonly isBeforeGap: boolean;
};

type Part = Pick<SeenPart, "isRedacted">;

/**
 * The parts of a conversation or ticket that a warehouse can have seen, oldest first. They follow from the log and from the moments of
 * its syncs (epoch seconds, ascending). Each sync sees the last 500 parts; a newer sighting of a part replaces the older.
 * `beginsAt`: a ticket is not there before, whatever its log tells of the conversation that it was.
 */
export function seenParts(
  events: readonly LogEvent[],
  syncedAt: readonly number[],
  beginsAt = Number.NEGATIVE_INFINITY,
): ReadonlyMap<string, SeenPart> {
  const whole = partsUntil(events, Number.POSITIVE_INFINITY);
  if (whole.size <= partsShownMax) return withGaps(whole, [...whole.keys()]);
  const seen = new Map<string, Part>();
  for (const moment of syncedAt) {
    if (moment < beginsAt || isDeletedAt(events, moment)) continue;
    const parts = [...partsUntil(events, moment)];
    for (const [id, part] of parts.slice(-partsShownMax)) seen.set(id, part);
  }
  return withGaps(seen, [...whole.keys()]);
}

/** `ids` are those of all parts, oldest first. */
function withGaps(seen: ReadonlyMap<string, Part>, ids: readonly string[]): Map<string, SeenPart> {
  const isUnseen = (id: string): boolean => !seen.has(id);
  const [firstGap, lastGap] = [ids.findIndex(isUnseen), ids.findLastIndex(isUnseen)];
  const parts = new Map<string, SeenPart>();
  for (const [index, id] of ids.entries()) {
    const part = seen.get(id);
    if (part === undefined) continue;
    parts.set(id, { ...part, isAfterGap: firstGap >= 0 && index > firstGap, isBeforeGap: index < lastGap });
  }
  return parts;
}

function partsUntil(events: readonly LogEvent[], moment: number): Map<string, Part> {
  const parts = new Map<string, Part>();
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

function isDeletedAt(events: readonly LogEvent[], moment: number): boolean {
  let isDeleted = false;
  for (const event of events) {
    if (event.at > moment) break;
    if (event.kind === "deleted") isDeleted = true;
    if (event.kind === "restored") isDeleted = false;
  }
  return isDeleted;
}
