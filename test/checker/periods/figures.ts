import type { EventRow } from "./events.ts";

/** The figures that days, weeks, months, tags and companies share. */
export type PeriodFigures = Readonly<Record<string, number | null>>;

const percentiles = ["first_reply", "reply", "resolution"] as const;

/** The figures of events, by their definitions in docs/metrics.md. */
export function periodFigures(events: readonly EventRow[]): PeriodFigures {
  const among = (name: string): readonly EventRow[] => events.filter(({ event }) => event === name);
  const [created, fresh, resolutions, ratings] = ["created", "new", "resolution", "rating"].map(among) as [
    readonly EventRow[],
    readonly EventRow[],
    readonly EventRow[],
    readonly EventRow[],
  ];
  const ai = count(fresh, (row) => row.is_ai_agent_participant === true);
  const aiIs = (flag: "answered" | "deflected" | "resolved" | "handed_over"): number =>
    count(fresh, (row) => row.is_ai_agent_participant === true && row[`is_ai_agent_${flag}`] === true);
  const [answered, deflected, resolved, handedOver] = [
    aiIs("answered"),
    aiIs("deflected"),
    aiIs("resolved"),
    aiIs("handed_over"),
  ];
  const whole = resolutions.filter((row) => row.seconds !== null && row.is_first_contact_resolution !== null);
  const atOnce = count(whole, (row) => row.is_first_contact_resolution === true);
  const touched = (holds: (replies: number) => boolean): number =>
    count(whole, (row) => holds(Number(row.count_replies_to_resolution)));
  const satisfied = count(ratings, (row) => Number(row.rating) > 3);
  const asked = among("rating_requested");
  const answers = count(asked, (row) => row.is_rating_answered === true);
  const [hit, missed] = ["hit", "missed"].map((status) => count(fresh, (row) => row.sla_status === status)) as [
    number,
    number,
  ];
  const aiRatings = numbersOf(fresh, "ai_agent_rating");
  const aiSatisfied = aiRatings.filter((rating) => rating > 3).length;
  const scores = numbersOf(fresh, "cx_score");
  return {
    created: created.length,
    created_by_customers: count(created, (row) => row.is_started_by_customer === true),
    new_conversations: fresh.length,
    opened: among("opened").length,
    reopened: among("reopened").length,
    closed: among("closed").length,
    first_replies: among("first_reply").length,
    replies: among("reply").length,
    resolutions: resolutions.length,
    customer_resolutions: numbersOf(resolutions, "seconds").length,
    complete_resolutions: whole.length,
    first_contact_resolutions: atOnce,
    one_touch_resolutions: touched((replies) => replies === 1),
    two_touch_resolutions: touched((replies) => replies === 2),
    multi_touch_resolutions: touched((replies) => replies > 2),
    ratings: ratings.length,
    ratings_satisfied: satisfied,
    ratings_requested: asked.length,
    rating_requests_answered: answers,
    sla_decided: hit + missed,
    sla_hit: hit,
    sla_missed: missed,
    ai_agent_involved: ai,
    ai_agent_answered: answered,
    ai_agent_deflected: deflected,
    ai_agent_resolved: resolved,
    ai_agent_handed_over: handedOver,
    ai_agent_ratings: aiRatings.length,
    ai_agent_ratings_satisfied: aiSatisfied,
    cx_scores: scores.length,
    csat: share(satisfied, ratings.length),
    rating_response_rate: share(answers, asked.length),
    sla_hit_rate: share(hit, hit + missed),
    first_contact_resolution_rate: share(atOnce, whole.length),
    ai_agent_involvement_rate: share(ai, fresh.length),
    ai_agent_answer_rate: share(answered, ai),
    ai_agent_deflection_rate: share(deflected, ai),
    ai_agent_resolution_rate: share(resolved, ai),
    ai_agent_handover_rate: share(handedOver, ai),
    ai_agent_automation_rate: share(resolved, fresh.length),
    ai_agent_csat: share(aiSatisfied, aiRatings.length),
    average_cx_score: share(
      scores.reduce((sum, score) => sum + score, 0),
      scores.length,
    ),
    ...Object.fromEntries(
      percentiles.flatMap((event) =>
        [50, 90].flatMap((percent) => [
          [`p${percent}_time_to_${event}_seconds`, nearestRank(numbersOf(among(event), "seconds"), percent)],
          [
            `p${percent}_time_to_${event}_office_seconds`,
            nearestRank(numbersOf(among(event), "office_seconds"), percent),
          ],
        ]),
      ),
    ),
  };
}

/** The smallest of the numbers that at least so many percent of them do not exceed. */
export function nearestRank(numbers: readonly number[], percent: number): number | null {
  const enough = (candidate: number): boolean => {
    return numbers.filter((number) => number <= candidate).length * 100 >= numbers.length * percent;
  };
  return numbers.toSorted((left, right) => left - right).find(enough) ?? null;
}

function count(rows: readonly EventRow[], holds: (row: EventRow) => boolean): number {
  return rows.filter(holds).length;
}

function numbersOf(rows: readonly EventRow[], column: keyof EventRow): number[] {
  return rows.map((row) => row[column]).filter((value) => typeof value === "number");
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
