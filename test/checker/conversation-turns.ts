import type { ThreadEntry } from "./conversation-thread.ts";

/** A time between two instants, both in epoch seconds. */
export type Span = { readonly from: number; readonly to: number };

/** Whose turn it was, by walking through the thread. */
export type Turns = {
  /** From a customer's first unanswered message to the human's message that answered it. */
  readonly replies: readonly Span[];
  /** The team's turns that have ended, by an answer or by a close. */
  readonly teamTurns: readonly Span[];
  /** The customer's turns that have ended. */
  readonly customerTurns: readonly Span[];
  /** Since when, in epoch seconds, a customer waits for an answer; null when nobody owes one. */
  readonly waitsSince: number | null;
};

export type Side = "team" | "customer" | "nobody";

/** Where parts were never seen, what is before them and what is after them are walked through apart. */
export function turnsOf(thread: readonly ThreadEntry[]): Turns {
  const before = walk(thread.filter(({ isAfterGap }) => !isAfterGap));
  if (!thread.some(({ isAfterGap }) => isAfterGap)) return before;
  const after = walk(thread.filter(({ isAfterGap, isBeforeGap }) => isAfterGap && !isBeforeGap));
  return {
    replies: [...before.replies, ...after.replies],
    teamTurns: [...before.teamTurns, ...after.teamTurns],
    customerTurns: [...before.customerTurns, ...after.customerTurns],
    waitsSince: after.waitsSince,
  };
}

function walk(thread: readonly ThreadEntry[]): Turns {
  const replies: Span[] = [];
  const spans: Record<Side, Span[]> = { team: [], customer: [], nobody: [] };
  const isWhole = thread[0]?.isOpening === true;
  // After unseen parts it may have been anybody's turn, nobody knows since when.
  let turn: { whose: Side | null; since: number | null } = { whose: isWhole ? "nobody" : null, since: null };
  for (const entry of thread) {
    const next = sideAfter(entry);
    if (next === null || next === turn.whose) continue;
    if (turn.whose !== null && turn.since !== null) {
      const span = { from: turn.since, to: entry.at };
      spans[turn.whose].push(span);
      if (turn.whose === "team" && entry.isMessage && entry.actor.kind === "teammate") replies.push(span);
    }
    turn = { whose: next, since: turn.whose === null ? null : entry.at };
  }
  return {
    replies,
    teamTurns: spans.team,
    customerTurns: spans.customer,
    waitsSince: turn.whose === "team" ? turn.since : null,
  };
}

/** Whose turn it is once that has happened; null when it changes nothing. */
export function sideAfter(entry: ThreadEntry): Side | null {
  if (entry.isClose || entry.isMergedAway) return "nobody";
  if (!entry.isMessage && !entry.isOpening) return null;
  if (entry.actor.kind === "customer") return "team";
  if (entry.actor.kind !== "teammate") return null;
  return entry.wasClosedBefore && !entry.isReopen ? "nobody" : "customer";
}
