import { compareRows, describeDifferences } from "../compare.ts";
import { type MetricsQuestion, type MetricsRow, metricsRow } from "../conversation/metrics.ts";
import { tagIds } from "../conversation/normalized-row.ts";
import { type Marts, rowsOf } from "../mart.ts";

/** The columns that the metrics of teams, companies, contacts and tags share, with the group's id under `key`. */
type GroupRow = { readonly key: string } & Readonly<Record<string, string | number | null>>;

/** A mart of groups: whose id it has, and for which of them a conversation counts. */
type Grouping = {
  readonly mart: string;
  readonly id: string;
  readonly groupsOf: (question: MetricsQuestion, row: MetricsRow) => readonly unknown[];
};

const groupings: readonly Grouping[] = [
  { mart: "team_metrics", id: "team_id", groupsOf: (_, row) => [row["last_team_id"]] },
  { mart: "company_metrics", id: "company_id", groupsOf: (_, row) => [row["company_id"]] },
  { mart: "contact_metrics", id: "contact_id", groupsOf: ({ truth }, row) => presentContacts(truth, row) },
  { mart: "tag_metrics", id: "tag_id", groupsOf: ({ truth }, row) => tagIds(truth, row.conversation_id) },
];

/** The duration that a percentile is over, by the percentile's name: a close is timed from the customer's first message on. */
const durations = {
  time_to_first_reply: "time_to_first_reply",
  time_to_last_close: "time_to_last_close_after_customer",
  time_to_resolution: "time_to_resolution_after_customer",
};

/** In words, where the metrics of teams, companies, contacts and tags differ from those of their conversations by the event log. */
export async function groupDifferences(marts: Marts, question: MetricsQuestion): Promise<string[]> {
  const rows = [...question.truth.conversationIds()].flatMap((id) => metricsRow(question, id) ?? []);
  const differences: string[] = [];
  for (const { mart, id, groupsOf } of groupings) {
    const groups = new Map<string, MetricsRow[]>();
    for (const row of rows) {
      for (const group of groupsOf(question, row)) {
        if (typeof group !== "string") continue;
        const members = groups.get(group);
        if (members === undefined) groups.set(group, [row]);
        else members.push(row);
      }
    }
    const columns = Object.keys(groupRow("", []));
    const selected = columns.map((column) => {
      if (column === "key") return `${id} as key`;
      return column.endsWith("_at") ? `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}` : column;
    });
    const comparison = await compareRows<GroupRow>({
      actual: rowsOf<GroupRow>(marts, mart, selected.join(", "), id),
      keyOf: ({ key }) => key,
      // A group without conversations has a row of nothing.
      expectedRow: (key) => groupRow(key, groups.get(key) ?? []),
      expectedKeys: groups.keys(),
      columns,
    });
    const words = describeDifferences(comparison);
    if (words !== null) differences.push(`${mart}: ${words}`);
  }
  return differences;
}

function presentContacts(truth: MetricsQuestion["truth"], row: MetricsRow): string[] {
  const present = truth.contactsOf(row.conversation_id).filter(({ isDeleted }) => !isDeleted);
  return present.map(({ contactId }) => contactId);
}

/** What was merged into another is no conversation of its own; what people wrote in it, and how they rated it, counts. */
function groupRow(key: string, all: readonly MetricsRow[]): GroupRow {
  const rows = all.filter((row) => row["is_merged_away"] !== true);
  const count = (holds: (row: MetricsRow) => unknown): number => rows.filter((row) => holds(row)).length;
  const numbers = (column: string, among: readonly MetricsRow[] = rows): number[] =>
    among.map((row) => row[column]).filter((value) => typeof value === "number");
  const created = rows.map((row) => String(row["created_at"])).sort();
  const aiRatings = numbers("ai_agent_rating", all);
  const scores = numbers("cx_score");
  const complete = rows.filter(
    (row) => row["time_to_resolution_after_customer_seconds"] !== null && row["is_first_contact_resolution"] !== null,
  );
  const atOnce = complete.filter((row) => row["is_first_contact_resolution"]).length;
  return {
    key,
    conversations: rows.length,
    open_conversations: count((row) => row["state"] !== "closed"),
    closed_conversations: count((row) => row["state"] === "closed"),
    reopened_conversations: count((row) => row["count_reopens"] !== 0),
    outbound_unanswered_conversations: count((row) => {
      return row["count_customer_messages"] === 0 && row["first_customer_message_at"] === null;
    }),
    customer_resolutions: numbers("time_to_resolution_after_customer_seconds").length,
    complete_resolutions: complete.length,
    first_contact_resolutions: atOnce,
    first_contact_resolution_rate: share(atOnce, complete.length),
    bot_only_conversations: count((row) => row["is_bot_only"]),
    ai_agent_involved_conversations: count((row) => row["is_ai_agent_participant"]),
    ai_agent_answered_conversations: count((row) => row["is_ai_agent_answered"]),
    ai_agent_deflected_conversations: count((row) => row["is_ai_agent_deflected"]),
    ai_agent_resolved_conversations: count((row) => row["is_ai_agent_resolved"]),
    ai_agent_handed_over_conversations: count((row) => row["is_ai_agent_handed_over"]),
    ai_agent_ratings: aiRatings.length,
    ai_agent_ratings_satisfied: aiRatings.filter((rating) => rating >= 4).length,
    ai_agent_csat: share(aiRatings.filter((rating) => rating >= 4).length, aiRatings.length),
    cx_scores: scores.length,
    average_cx_score: share(sum(scores), scores.length),
    customer_messages: sum(numbers("count_customer_messages", all)),
    teammate_messages: sum(numbers("count_teammate_messages", all)),
    sla_hit_conversations: count((row) => row["sla_status"] === "hit"),
    sla_missed_conversations: count((row) => row["sla_status"] === "missed"),
    ...ratingFigures(all),
    average_parts: share(sum(numbers("count_parts")), rows.length),
    median_reopens: nearestRank(numbers("count_reopens"), 50),
    median_assignments: nearestRank(numbers("count_assignments"), 50),
    ...Object.fromEntries(
      Object.entries(durations).flatMap(([name, duration]) => {
        return ["seconds", "office_seconds"].flatMap((unit) => {
          const values = numbers(`${duration}_${unit}`);
          return [50, 90].map((percent) => [`p${percent}_${name}_${unit}`, nearestRank(values, percent)]);
        });
      }),
    ),
    first_conversation_at: created[0] ?? null,
    last_conversation_at: created.at(-1) ?? null,
  };
}

/** What customers answered when these conversations asked for a rating. */
export function ratingFigures(rows: readonly MetricsRow[]): Readonly<Record<string, number | null>> {
  const ratings = rows.map((row) => row["rating"]).filter((rating) => typeof rating === "number");
  const requested = rows.filter((row) => row["rating_requested_at"] !== null).length;
  const satisfied = ratings.filter((rating) => rating >= 4).length;
  return {
    ratings_requested: requested,
    ratings_answered: ratings.length,
    ratings_satisfied: satisfied,
    rating_response_rate: share(ratings.length, requested),
    csat: share(satisfied, ratings.length),
    average_rating: share(sum(ratings), ratings.length),
  };
}

/** The smallest of the numbers that at least so many percent of them do not exceed. */
export function nearestRank(numbers: readonly number[], percent: number): number | null {
  const enough = (candidate: number): boolean => {
    return numbers.filter((number) => number <= candidate).length * 100 >= numbers.length * percent;
  };
  return numbers.toSorted((left, right) => left - right).find(enough) ?? null;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
