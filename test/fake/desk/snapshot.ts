// A conversation as it stands after some of its events: what is rendered, searched and counted.
import { applyEvent } from "./apply-event.ts";
import { newSnapshot, type Snapshot } from "./snapshot-shape.ts";
import type { DeskEvent } from "./timeline.ts";

export type { OwnTicket, Snapshot } from "./snapshot-shape.ts";

/**
 * Folds events, in order, up to and including the instant `until` (epoch seconds); null when the conversation had not
 * begun. `contactId` is whom the conversation is with, whoever opened it.
 */
export function snapshotOf(events: readonly DeskEvent[], until: number, contactId: string): Snapshot | null {
  const opened = events[0];
  if (opened === undefined || opened.kind !== "opened" || opened.at > until) return null;
  const snapshot = newSnapshot(opened, contactId);
  for (const event of events) {
    if (event.at > until) break;
    snapshot.updatedAt = event.at;
    if (event.actor.kind === "teammate") snapshot.teammateIds.add(event.actor.id);
    applyEvent(snapshot, event);
    if ("partId" in event && event.partId !== null && event.kind !== "redacted") {
      const part = snapshot.parts.at(-1);
      if (part !== undefined) part.state = snapshot.state;
    }
  }
  return snapshot;
}
