import type { ConversationEvent } from "../../fake/desk/events.ts";
import { closingTime, isClosing } from "./log.ts";
import type { SeenPart } from "./seen-parts.ts";
import { lastStates } from "./states.ts";
import type { ThreadEntry } from "./thread.ts";
import type { Span } from "./turns.ts";

/** How a conversation stood: its state, and who had it by what Intercom shows. */
export type Standing = {
  readonly state: "open" | "closed" | "snoozed";
  readonly teamId: string | null;
  readonly teammateId: string | null;
};

/** A time in which nothing of the standing changed; the last one is measured to the last part. Instants in epoch seconds. */
export type Stretch = Span & Standing;

/** Times of a conversation in its states, up to its last part. */
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
  const stretches = stretchList(events, thread, seen);
  return {
    open: stretches.filter(({ state }) => state === "open"),
    snoozed: stretches.filter(({ state }) => state === "snoozed"),
    unassigned: stretches.filter(
      ({ state, teamId, teammateId }) => state === "open" && teamId === null && teammateId === null,
    ),
  };
}

/** The whole lifetime, stretch after stretch, by walking through the event log. */
export function stretchList(
  events: readonly ConversationEvent[],
  thread: readonly ThreadEntry[],
  seen: ReadonlyMap<string, SeenPart>,
): Stretch[] {
  const lastAt = thread.at(-1)?.at ?? 0;
  const changes = changesOf(events, seen);
  const end = Math.max(lastAt, changes.at(-1)?.at ?? 0);
  return changes.map(({ at, ...standing }, index) => ({ from: at, to: changes[index + 1]?.at ?? end, ...standing }));
}

type Change = Standing & { readonly at: number };

/** How the conversation stood from each change on. Of several changes in a second the last one holds. */
function changesOf(events: readonly ConversationEvent[], seen: ReadonlyMap<string, SeenPart>): Change[] {
  const changes: Change[] = [];
  let standing: Standing = { state: "open", teamId: null, teammateId: null };
  const change = (at: number, to: Partial<Standing>): void => {
    standing = { ...standing, ...to };
    if (changes.at(-1)?.at === at) changes.pop();
    if (!isSame(changes.at(-1), standing)) changes.push({ ...standing, at });
  };
  const assignments = events.filter((event) => event.kind === "assigned");
  for (const event of events) {
    if (isClosing(event)) {
      change(closingTime(event, events, seen), { state: "closed" });
      continue;
    }
    change(event.at, changeBy(event, standing));
    // The conversation itself says who has it now. That holds since the last assignment, whatever its part shows.
    const isLastAssignment = event === (assignments.at(-1) ?? events[0]);
    if (isLastAssignment) change(event.at, holdersNow(events));
  }
  return changes;
}

function isSame(one: Standing | undefined, other: Standing): boolean {
  return one?.state === other.state && one.teamId === other.teamId && one.teammateId === other.teammateId;
}

function holdersNow(events: readonly ConversationEvent[]): Partial<Standing> {
  const { teamId, teammateId } = lastStates(events);
  return { teamId, teammateId };
}

function changeBy(event: ConversationEvent, { state }: Standing): Partial<Standing> {
  switch (event.kind) {
    case "assigned":
      // Intercom shows the teammate alone when a teammate and a team got it at once.
      if (event.teammateId !== null) return { teammateId: event.teammateId };
      return { teamId: event.teamId, teammateId: null };
    case "closed":
    case "closed_unseen":
    case "merged_into":
      return { state: "closed" };
    case "reopened":
    case "woken":
      return { state: "open" };
    case "snoozed":
      return { state: "snoozed" };
    default:
      return { state };
  }
}
