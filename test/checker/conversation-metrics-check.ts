import type { WorldTruth } from "../fake/events.ts";
import { OfficeCalendar } from "../fake/office-hours.ts";
import { SCHEDULES } from "../fake/people.ts";
import { compareRows, describeDifferences } from "./compare.ts";
import { type MetricsQuestion, type MetricsRow, metricsRow, type OfficeHours } from "./conversation-metrics.ts";
import { type Marts, rowsOf } from "./mart.ts";

/** How many rows were compared in how many columns, and in words what differs; null when nothing does. */
export type MetricsReport = { readonly rows: number; readonly columns: number; readonly differences: string | null };

/**
 * Compares `conversation_metrics` of a workspace with a world's event log. `scheduleOfTeam` is what the build was told: team id →
 * schedule id; the other arguments are those of `checkWorld`.
 */
export async function checkMetrics(
  marts: Marts,
  truth: WorldTruth,
  syncedAt: readonly number[],
  scheduleOfTeam: Readonly<Record<string, string>>,
): Promise<MetricsReport> {
  const asOf = await dataAsOf(marts);
  const question: MetricsQuestion = { truth, syncedAt, asOf, officeHoursOf: officeHours(scheduleOfTeam) };
  const columns = columnsOf(question);
  const comparison = await compareRows<MetricsRow>({
    actual: rowsOf<MetricsRow>(marts, "conversation_metrics", columns.map(selected).join(", "), "conversation_id"),
    keyOf: (row) => row.conversation_id,
    expectedRow: (id) => metricsRow(question, id),
    expectedKeys: truth.conversationIds(),
    columns,
  });
  return { rows: comparison.compared, columns: columns.length, differences: describeDifferences(comparison) };
}

/** Figures of `statistics_reconciliation` in which ours differ from Intercom's for no reason that it knows. */
export async function unexplainedFigures(marts: Marts): Promise<string[]> {
  const unexplained: string[] = [];
  type Figure = { readonly conversation_id: string; readonly figure: string; readonly reason: string };
  const columns = "conversation_id, figure, reason";
  for await (const row of rowsOf<Figure>(marts, "statistics_reconciliation", columns, "1, 2")) {
    if (row.reason === "unexplained") unexplained.push(`${row.conversation_id}: ${row.figure}`);
  }
  return unexplained;
}

/** The one instant until which the workspace's data are known, in epoch seconds. Only the loader's clock tells it. */
async function dataAsOf(marts: Marts): Promise<number> {
  const known = rowsOf<{ readonly at: number }>(
    marts,
    "conversation_metrics",
    "distinct epoch(data_as_of_at)::bigint as at",
    "1",
  );
  for await (const row of known) return row.at;
  throw new Error("conversation_metrics has no rows");
}

function officeHours(scheduleOfTeam: Readonly<Record<string, string>>): (teamId: string | null) => OfficeHours {
  const known = new Map(
    SCHEDULES.map((schedule) => {
      const calendar = new OfficeCalendar(schedule);
      const secondsBetween = (from: number, to: number): number => calendar.secondsBetween(from, to);
      return [schedule.id, { scheduleId: schedule.id, secondsBetween }];
    }),
  );
  return (teamId) => {
    const hours = known.get(scheduleOfTeam[teamId ?? ""] ?? SCHEDULES[0].id);
    if (hours === undefined) throw new Error(`team ${teamId} is to keep the hours of a schedule that is not there`);
    return hours;
  };
}

/** The reference names the columns, so that none is left out here. */
function columnsOf(question: MetricsQuestion): string[] {
  for (const id of question.truth.conversationIds()) {
    const row = metricsRow(question, id);
    if (row !== null) return Object.keys(row);
  }
  throw new Error("the world has no conversations");
}

function selected(column: string): string {
  return column.endsWith("_at") ? `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}` : column;
}
