import type { ConversationEvent } from "../fake/desk/events.ts";
import type { ThreadEntry } from "./conversation-thread.ts";
import type { Span } from "./conversation-turns.ts";
import type { SeenPart } from "./seen-parts.ts";

type Standing = { state: "open" | "closed" | "snoozed"; isAssigned: boolean };

/** Times of a conversation in its states, up to its last part, by walking through the event log. Instants in epoch seconds. */
export type Stretches = {
  readonly open: readonly Span[];
  readonly snoozed: readonly Span[];
  /** Open, and neither a teammate nor a team had it. */
  readonly unassigned: readonly Span[];
};

export function stretchesOf(
  events: readonly ConversationEvent[],
  thread: readonly ThreadEntry[],
  seen: ReadonlyMap<string, SeenPart>,
): Stretches {
  const changes = changesOf(events, seen, thread.at(-1)?.at ?? 0);
  const end = Math.max(thread.at(-1)?.at ?? 0, changes.at(-1)?.at ?? 0);
  const spans = changes.map(({ at, ...standing }, index) => ({
    from: at,
    to: changes[index + 1]?.at ?? end,
    ...standing,
  }));
  return {
    open: spans.filter(({ state }) => state === "open"),
    snoozed: spans.filter(({ state }) => state === "snoozed"),
    unassigned: spans.filter(({ state, isAssigned }) => state === "open" && !isAssigned),
  };
}

/** How the conversation stood from each change on. */
function changesOf(
  events: readonly ConversationEvent[],
  seen: ReadonlyMap<string, SeenPart>,
  lastAt: number,
): (Standing & { readonly at: number })[] {
  const standing: Standing = { state: "open", isAssigned: false };
  const changes: (Standing & { readonly at: number })[] = [];
  /** A close that nobody dated: it shows with the next part. */
  let isClosedUnseen = false;
  const add = (at: number): void => {
    const last = changes.at(-1);
    const isChange = last?.state !== standing.state || last.isAssigned !== standing.isAssigned;
    if (isChange) changes.push({ ...standing, at });
  };
  for (const event of events) {
    const isPart = "partId" in event && event.partId !== null && seen.has(event.partId);
    if (isClosedUnseen && isPart) {
      isClosedUnseen = false;
      standing.state = "closed";
      add(event.at);
    }
    if (event.kind === "closed_unseen" && !event.isRecorded) {
      isClosedUnseen = standing.state !== "closed";
      continue;
    }
    apply(standing, event);
    add(event.at);
  }
  if (isClosedUnseen) {
    standing.state = "closed";
    add(lastAt);
  }
  return changes;
}

function apply(standing: Standing, event: ConversationEvent): void {
  switch (event.kind) {
    case "assigned":
      standing.isAssigned = event.teammateId !== null || event.teamId !== null;
      break;
    case "closed":
    case "closed_unseen":
    case "merged_into":
      standing.state = "closed";
      break;
    case "reopened":
    case "woken":
      standing.state = "open";
      break;
    case "snoozed":
      standing.state = "snoozed";
      break;
    default:
      break;
  }
}
