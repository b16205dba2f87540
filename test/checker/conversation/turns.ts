import type { ThreadEntry } from "./thread.ts";

/** A time between two instants, both in epoch seconds. */
export type Span = { readonly from: number; readonly to: number };

/** A turn of the team that has ended: from a customer's first unanswered message to the answer or close. */
export type Wait = Span & { readonly startedBy: ThreadEntry; readonly endedBy: ThreadEntry; readonly isReply: boolean };

/** Whose turn it was, by walking through the thread. */
export type Turns = {
  /** From a customer's first unanswered message to the human's message that answered it. */
  readonly replies: readonly Span[];
  /** The team's turns that have ended, by an answer or by a close. */
  readonly teamTurns: readonly Wait[];
  /** The customer's turns that have ended. */
  readonly customerTurns: readonly Span[];
  /** Since when, in epoch seconds, a customer waits for an answer; null when nobody owes one. */
  readonly waitsSince: number | null;
};

export type Side = "team" | "customer" | "nobody";

/** Whose turn it is, and what began the turn; null where nobody knows. */
type Turn = { readonly whose: Side | null; readonly begunBy: ThreadEntry | null };

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
  const waits: Wait[] = [];
  const customerTurns: Span[] = [];
  const isWhole = thread[0]?.isOpening === true;
  // After unseen parts it may have been anybody's turn, nobody knows since when.
  let turn: Turn = { whose: isWhole ? "nobody" : null, begunBy: null };
  for (const entry of thread) {
    const next = sideAfter(entry);
    if (next === null || next === turn.whose) continue;
    const { whose, begunBy } = turn;
    if (begunBy !== null) {
      const span = { from: begunBy.at, to: entry.at };
      const isReply = entry.isMessage && entry.actor.kind === "teammate";
      if (whose === "team") waits.push({ ...span, startedBy: begunBy, endedBy: entry, isReply });
      if (whose === "customer") customerTurns.push(span);
    }
    turn = { whose: next, begunBy: whose === null ? null : entry };
  }
  return {
    replies: waits.filter(({ isReply }) => isReply),
    teamTurns: waits,
    customerTurns,
    waitsSince: turn.whose === "team" ? (turn.begunBy?.at ?? null) : null,
  };
}

/** Whose turn it is once that has happened; null when it changes nothing. */
export function sideAfter(entry: ThreadEntry): Side | null {
  if (entry.isClose || entry.isMergedAway) return "nobody";
  if (!entry.isMessage && !entry.isOpening) return null;
  const { kind } = entry.actor;
  if (kind !== "customer" && kind !== "teammate") return null;
  // A message below a closed conversation leaves it closed.
  if (entry.wasClosedBefore && !entry.isReopen) return "nobody";
  return kind === "customer" ? "team" : "customer";
}
