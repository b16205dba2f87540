import { compareRows, describeDifferences } from "../compare.ts";
import { type MetricsQuestion, type MetricsRow, metricsRow } from "../conversation/metrics.ts";
import { type Marts, rowsOf } from "../mart.ts";
import { nearestRank, ratingFigures, share, sum } from "./metrics.ts";

/** The columns of `teammate_metrics` that follow from the rows of conversations, with the teammate's id under `key`. */
type TeammateRow = { readonly key: string } & Readonly<Record<string, string | number | null>>;

/** In words, where `teammate_metrics` differs from the conversations of each teammate by the event log; null where nothing does. */
export async function teammateDifferences(marts: Marts, question: MetricsQuestion): Promise<string | null> {
  const rows = [...question.truth.conversationIds()].flatMap((id) => metricsRow(question, id) ?? []);
  const columns = Object.keys(teammateRow("", rows));
  const selected = columns.map((column) => (column === "key" ? "teammate_id as key" : column));
  const comparison = await compareRows<TeammateRow>({
    actual: rowsOf<TeammateRow>(marts, "teammate_metrics", selected.join(", "), "teammate_id"),
    keyOf: ({ key }) => key,
    // A teammate who did none of this has a row of nothing.
    expectedRow: (key) => teammateRow(key, rows),
    expectedKeys: new Set(rows.flatMap(closer)),
    columns,
  });
  return describeDifferences(comparison);
}

function teammateRow(key: string, all: readonly MetricsRow[]): TeammateRow {
  const rows = all.filter((row) => !row["is_merged_away"]);
  const closed = rows.filter((row) => closer(row)[0] === key);
  const first = rows.filter((row) => row["first_reply_teammate_id"] === key);
  const assigned = rows.filter((row) => row["assigned_teammate_id"] === key);
  const rated = all.filter((row) => row["rating_teammate_id"] === key);
  const complete = closed.filter(
    (row) => row["time_to_resolution_after_customer_seconds"] !== null && row["is_first_contact_resolution"] !== null,
  );
  const atOnce = complete.filter((row) => row["is_first_contact_resolution"]);
  return {
    key,
    first_replied_conversations: first.length,
    ...percentiles(first, "time_to_first_reply", "time_to_first_reply"),
    closed_conversations: closed.length,
    average_parts_of_closed: share(sum(numbers(closed, "count_parts")), closed.length),
    average_rating_of_closed: share(sum(numbers(closed, "rating")), numbers(closed, "rating").length),
    median_reopens_of_closed: nearestRank(numbers(closed, "count_reopens"), 50),
    median_assignments_of_closed: nearestRank(numbers(closed, "count_assignments"), 50),
    complete_resolutions: complete.length,
    first_contact_resolutions: atOnce.length,
    first_contact_resolution_rate: share(atOnce.length, complete.length),
    customer_resolutions: numbers(closed, "time_to_resolution_after_customer_seconds").length,
    ...percentiles(closed, "time_to_resolution_after_customer", "time_to_resolution"),
    assigned_conversations: assigned.length,
    assigned_open_conversations: assigned.filter((row) => row["state"] !== "closed").length,
    assigned_waiting_conversations: assigned.filter((row) => row["open_wait_since_at"] !== null).length,
    ...ratingFigures(rated),
  };
}

/** The teammate who closed it, while it stays closed; nobody where another did, or nobody knows who did. */
function closer(row: MetricsRow): string[] {
  return row["closed_by_kind"] === "teammate" && !row["is_merged_away"] ? [String(row["closed_by_id"])] : [];
}

function percentiles(
  rows: readonly MetricsRow[],
  duration: string,
  name: string,
): Readonly<Record<string, number | null>> {
  const columns = ["seconds", "office_seconds"].flatMap((unit) => {
    const values = numbers(rows, `${duration}_${unit}`);
    return [50, 90].map((percent) => [`p${percent}_${name}_${unit}`, nearestRank(values, percent)] as const);
  });
  return Object.fromEntries(columns);
}

function numbers(rows: readonly MetricsRow[], column: string): number[] {
  return rows.map((row) => row[column]).filter((value) => typeof value === "number");
}
