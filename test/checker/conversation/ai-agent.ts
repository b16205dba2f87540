import type { LastStates } from "./states.ts";

/** What the AI agent came to, by the event log: every agent of a generated desk that takes part answers. */
export type AiWork = {
  readonly resolution: LastStates["aiResolution"];
  /** A human answered after the customer's first message; as far as parts were seen. */
  readonly isAnsweredByHuman: boolean;
  /** Whether some parts were never seen. */
  readonly isPartial: boolean;
};

export function aiColumns(work: AiWork): Readonly<Record<string, boolean | null>> {
  const { resolution, isAnsweredByHuman, isPartial } = work;
  const isThere = resolution !== null;
  const isResolved = resolution === "assumed_resolution" || resolution === "confirmed_resolution";
  const isHandedOver = resolution === "escalated";
  const isKept = isThere && !isHandedOver && !isAnsweredByHuman;
  return {
    is_ai_agent_participant: isThere,
    is_ai_agent_answered: isThere,
    is_ai_agent_deflected: isKept && isPartial ? null : isKept,
    is_ai_agent_resolved: isResolved,
    is_ai_agent_handed_over: isHandedOver,
  };
}
