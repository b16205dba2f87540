import type { ConversationEvent } from "../../fake/desk/events.ts";
import type { SeenPart } from "./seen-parts.ts";
import type { ThreadEntry } from "./thread.ts";
import { sideAfter } from "./turns.ts";

const day = 86_400;

export const backlogClasses = ["waiting_for_us", "waiting_for_customer", "snoozed", "outbound_unanswered"] as const;
export type BacklogClass = (typeof backlogClasses)[number];

/** A band holds the ages in days under this number that no band before it holds. */
const agesBelow = {
  under_1_day: 1,
  "1_to_3_days": 3,
  "3_to_7_days": 7,
  "7_to_30_days": 30,
  over_30_days: Number.POSITIVE_INFINITY,
} as const;
export type AgeBand = keyof typeof agesBelow;
export const ageBands = Object.keys(agesBelow) as readonly AgeBand[];

/** What a warehouse can know of a conversation. */
export type Known = {
  readonly events: readonly ConversationEvent[];
  readonly thread: readonly ThreadEntry[];
  readonly seen: ReadonlyMap<string, SeenPart>;
};

/** Whom a conversation that is not closed waits for just before an instant (epoch seconds). */
export function backlogClassBefore(known: Known, instant: number): BacklogClass {
  if (firstMessageBefore(known.thread, instant) === null) return "outbound_unanswered";
  if (isSnoozedBefore(known, instant)) return "snoozed";
  return turnBefore(known.thread, instant) === "team" ? "waiting_for_us" : "waiting_for_customer";
}

/** Its age in days (UTC) just before an instant that ends a day, from the customer's first message on; null without one. */
export function ageBandBefore(thread: readonly ThreadEntry[], instant: number): AgeBand | null {
  const wroteAt = firstMessageBefore(thread, instant);
  if (wroteAt === null) return null;
  const days = Math.floor((instant - 1) / day) - Math.floor(wroteAt / day);
  return ageBands.find((band) => days < agesBelow[band]) ?? null;
}

/** When the customer first wrote, of what was seen; null when that was not before the instant. */
export function firstMessageBefore(thread: readonly ThreadEntry[], instant: number): number | null {
  const first = thread.find(({ actor, isMessage, isOpening }) => actor.kind === "customer" && (isMessage || isOpening));
  return first === undefined || first.at >= instant ? null : first.at;
}

/** Whose turn it was just before the instant; null when nothing was said yet that gives anybody a turn. */
export function turnBefore(thread: readonly ThreadEntry[], instant: number): ReturnType<typeof sideAfter> {
  const sides = thread.filter(({ at }) => at < instant).map(sideAfter);
  return sides.findLast((side) => side !== null) ?? null;
}

/** Each part that was seen shows the state that it left behind. */
function isSnoozedBefore({ events, seen }: Known, instant: number): boolean {
  let [isSnoozed, isKnownSnoozed] = [false, false];
  for (const event of events) {
    if (event.at >= instant) break;
    if (event.kind === "snoozed") isSnoozed = true;
    else if (event.kind === "woken" || event.kind === "reopened" || event.kind === "closed") isSnoozed = false;
    if ("partId" in event && event.partId !== null && seen.has(event.partId)) isKnownSnoozed = isSnoozed;
  }
  return isKnownSnoozed;
}
