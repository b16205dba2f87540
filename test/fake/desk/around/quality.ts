// How well a conversation was handled: monitors and scorecards after it was closed, pauses of whoever handled it. None
// of it moves the conversation's `updated_at`.
import type { JsonObject } from "../../json.ts";
import { teammateOf } from "../people.ts";
import { hash32, Random } from "../random.ts";
import type { Snapshot } from "../snapshot.ts";
import type { Quality } from "../world.ts";

const CRITERIA = ["tone", "accuracy", "resolution"] as const;
const PAUSE_SECONDS_MAX = 1800;

export interface Pause {
  readonly teammateId: string;
  /** Epoch seconds. */
  readonly from: number;
  readonly to: number;
}

/** Pauses between the first assignment to a teammate and the last close, in order, none of them overlapping. */
export function pausesOf(snapshot: Snapshot, index: number): readonly Pause[] {
  const assigned = snapshot.parts.find((part) => part.assignedTo?.type === "admin");
  const closed = snapshot.parts.findLast((part) => part.partType === "close");
  const teammateId = assigned?.assignedTo?.id;
  if (assigned === undefined || closed === undefined || teammateId === undefined) return [];
  const random = new Random(hash32(index, 105));
  const pauses: Pause[] = [];
  let from = assigned.at + 60 + random.below(600);
  for (let left = random.below(4); left > 0; left--) {
    const to = from + 30 + random.below(PAUSE_SECONDS_MAX);
    if (to >= closed.at) break;
    pauses.push({ teammateId, from, to });
    from = to + 60 + random.below(3600);
  }
  return pauses;
}

/** What GET /conversations/{id}/handling_events lists by an instant. */
export function renderHandlingEvents(pauses: readonly Pause[], epoch: number): readonly JsonObject[] {
  return pauses.flatMap(({ teammateId, from, to }) => {
    const { name, email } = teammateOf(teammateId) ?? { name: "Former teammate", email: null };
    const teammate = { type: "admin", id: Number(teammateId), name, email };
    const paused = { teammate, type: "paused", timestamp: isoTime(from), reason: "Paused" };
    const resumed = { teammate, type: "resumed", timestamp: isoTime(to) };
    return [...(from <= epoch ? [paused] : []), ...(to <= epoch ? [resumed] : [])];
  });
}

/** What monitors and reviewers have found by an instant. */
export function qualityOf(snapshot: Snapshot, index: number, epoch: number): Quality {
  const closed = snapshot.parts.find((part) => part.partType === "close");
  const random = new Random(hash32(index, 106));
  const evaluatedAt = (closed?.at ?? Number.POSITIVE_INFINITY) + 600 + random.below(86_400);
  if (evaluatedAt > epoch) return { monitors: [], scorecards: [] };
  const monitors = random.chance(0.2) ? [monitor(random, evaluatedAt)] : [];
  const scorecards = random.chance(0.25) ? [scorecard(random, evaluatedAt, snapshot.teammateId)] : [];
  if (random.chance(0.05)) scorecards.push(unscored());
  return { monitors, scorecards };
}

function monitor(random: Random, evaluatedAt: number): JsonObject {
  const isGone = random.chance(0.1);
  return {
    monitor_id: String(801 + random.below(3)),
    monitor_name: isGone ? null : 'Complaints & "refund" requests',
    monitor_type: isGone ? null : "prompt",
    result: "flagged",
    explanation: random.chance(0.2) ? null : "The customer asked for a refund twice, and nobody answered that.",
    evaluated_at: evaluatedAt,
  };
}

function scorecard(random: Random, evaluatedAt: number, teammateId: string | null): JsonObject {
  const score = random.below(101) / 100;
  return {
    scorecard_id: "901",
    scorecard_version_id: "902",
    name: "Standard review",
    scorecard_type: teammateId === null ? "ai" : "human",
    passed: score >= 0.6,
    score,
    ai_score: random.chance(0.5) ? null : score,
    evaluated_at: evaluatedAt,
    reviewed_teammate: teammateId === null ? { type: "ai", admin_id: null } : { type: "admin", admin_id: teammateId },
    evaluators: CRITERIA.map((name, each) => ({
      evaluator_id: String(911 + each),
      result: random.chance(0.15)
        ? null
        : {
            value: random.chance(0.7) ? "pass" : "fail",
            source: "human",
            reasoning: `The ${name} was as we want it.`,
            reason_ids: each === 1 ? null : ["101"],
            other_text: null,
          },
    })),
  };
}

/** A scorecard that nobody has filled in. */
function unscored(): JsonObject {
  return {
    scorecard_id: "903",
    scorecard_version_id: "904",
    name: "Escalation review",
    scorecard_type: "human",
    passed: null,
    score: null,
    ai_score: null,
    evaluated_at: null,
    reviewed_teammate: { type: "ai", admin_id: null },
    evaluators: [],
  };
}

function isoTime(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
}
