import type { AiResolutionEvent, ConversationEvent, PrioritizedEvent, SlaEvent } from "../../fake/desk/events.ts";

/** How a conversation stands at the end of its log; instants in epoch seconds. */
export type LastStates = {
  state: "open" | "closed" | "snoozed";
  teammateId: string | null;
  teamId: string | null;
  priority: PrioritizedEvent["priority"];
  slaName: string | null;
  slaStatus: SlaEvent["status"] | null;
  rating: number | null;
  ratingRemark: string | null;
  ratingAskedAt: number | null;
  ratedAt: number | null;
  /** Whom the rating is about; null when it came unasked. */
  ratedTeammateId: string | null;
  /** Who rated; null while nobody did. */
  ratedByContactId: string | null;
  aiResolution: AiResolutionEvent["resolution"] | null;
  aiRating: number | null;
  aiRatingRemark: string | null;
  snoozedUntil: number | null;
  /** Intercom's own `waiting_since`: redactions do not change it. */
  waitingSince: number | null;
};

export function lastStates(events: readonly ConversationEvent[]): LastStates {
  const states: LastStates = {
    state: "open",
    teammateId: null,
    teamId: null,
    priority: "none",
    slaName: null,
    slaStatus: null,
    rating: null,
    ratingRemark: null,
    ratingAskedAt: null,
    ratedAt: null,
    ratedTeammateId: null,
    ratedByContactId: null,
    aiResolution: null,
    aiRating: null,
    aiRatingRemark: null,
    snoozedUntil: null,
    waitingSince: null,
  };
  for (const event of events) apply(states, event);
  // What the AI agent's customer said is shown only with how the agent's part ended.
  if (states.aiResolution === null) return { ...states, aiRating: null, aiRatingRemark: null };
  return states;
}

function apply(states: LastStates, event: ConversationEvent): void {
  switch (event.kind) {
    case "opened":
      states.waitingSince = event.actor.kind === "customer" ? event.at : null;
      break;
    case "message":
      if (event.actor.kind === "customer") states.waitingSince ??= event.at;
      else if (event.actor.kind === "teammate") states.waitingSince = null;
      break;
    case "assigned":
      states.teammateId = event.teammateId;
      states.teamId = event.teamId;
      break;
    case "closed":
    case "closed_unseen":
    case "merged_into":
      states.state = "closed";
      states.waitingSince = null;
      break;
    case "reopened":
      states.state = "open";
      break;
    case "snoozed":
      states.state = "snoozed";
      states.snoozedUntil = event.until;
      break;
    case "woken":
      states.state = "open";
      states.snoozedUntil = null;
      break;
    case "rating_asked":
      states.ratingAskedAt = event.at;
      states.ratedTeammateId = event.teammateId;
      states.ratedByContactId = null;
      states.rating = null;
      states.ratingRemark = null;
      states.ratedAt = null;
      break;
    case "rated":
      states.ratingAskedAt ??= event.at;
      states.rating = event.score;
      states.ratingRemark = event.remark;
      states.ratedAt = event.at;
      states.ratedByContactId = event.actor.id;
      break;
    case "ai_rated":
      states.aiRating = event.score;
      states.aiRatingRemark = event.remark;
      break;
    case "ai_resolution":
      states.aiResolution = event.resolution;
      break;
    case "prioritized":
      states.priority = event.priority;
      break;
    case "sla":
      // Intercom gives no status for an SLA that was removed, nor for one that came later.
      states.slaStatus =
        event.status === "cancelled" || (states.slaName !== null && states.slaStatus === null) ? null : event.status;
      states.slaName = event.name;
      break;
    default:
      break;
  }
}
