import type { WorldTruth } from "../../fake/desk/events.ts";
import type { World } from "../../fake/desk/world.ts";
import { compareRows, describeDifferences } from "../compare.ts";
import { groupDifferences } from "../groups/metrics.ts";
import { teammateDifferences } from "../groups/teammates.ts";
import { daysAsText, type Marts, rowsOf } from "../mart.ts";
import { officeHours } from "../office-hours.ts";
import { periodDifferences } from "../periods/check.ts";
import { type MetricsQuestion, type MetricsRow, metricsRow } from "./metrics.ts";
import { nowDifferences } from "./now.ts";

/** How many rows were compared in how many columns, and in words what differs; null when nothing does. */
export type MetricsReport = {
  readonly rows: number;
  readonly columns: number;
  readonly differences: string | null;
  /** What differs in `support_now`, in words; null when nothing does. */
  readonly now: string | null;
  /** What differs in the metrics of teams, companies, contacts, tags, teammates and periods; empty when nothing does. */
  readonly groups: readonly string[];
};

/**
 * Compares `conversation_metrics` of a workspace, and what is summed up of it, with a world's event log, in every column; throws
 * when the reference lacks one. `scheduleOfTeam` is what the build was told: team id → schedule id; the other arguments are
 * those of `checkWorld`.
 */
export async function checkMetrics(
  marts: Marts,
  world: WorldTruth & World,
  syncedAt: readonly number[],
  scheduleOfTeam: Readonly<Record<string, string>>,
): Promise<MetricsReport> {
  const truth: WorldTruth = world;
  const question: MetricsQuestion = {
    workspaceId: marts.workspaceId,
    truth,
    directory: world,
    syncedAt,
    asOf: await dataAsOf(marts, syncedAt.at(-1) ?? 0, world.time.serverNowMs() / 1000),
    officeHoursOf: officeHours(scheduleOfTeam),
  };
  const columns = columnsOf(question);
  const unreferenced = (await martColumns(marts)).filter((column) => !columns.includes(column));
  if (unreferenced.length > 0) throw new Error(`conversation_metrics has columns without a reference: ${unreferenced}`);
  const comparison = await compareRows<MetricsRow>({
    actual: rowsOf<MetricsRow>(marts, "conversation_metrics", columns.map(selected).join(", "), "conversation_id"),
    keyOf: (row) => row.conversation_id,
    expectedRow: (id) => metricsRow(question, id),
    expectedKeys: truth.conversationIds(),
    columns,
  });
  return {
    rows: comparison.compared,
    columns: columns.length,
    differences: describeDifferences(comparison),
    now: await nowDifferences(marts, question, selected),
    groups: [
      ...(await groupDifferences(marts, question)),
      ...(await teammates(marts, question)),
      ...(await periodDifferences(marts, question)),
    ],
  };
}

async function teammates(marts: Marts, question: MetricsQuestion): Promise<string[]> {
  const differences = await teammateDifferences(marts, question);
  return differences === null ? [] : [`teammate_metrics: ${differences}`];
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

/**
 * The one instant until which the workspace's conversations are known, in epoch seconds. Only the loader's clock tells it; it lies between
 * what the world last showed and now, by Intercom's clock.
 */
async function dataAsOf(marts: Marts, from: number, to: number): Promise<number> {
  const known = rowsOf<{ readonly at: number }>(
    marts,
    "sync_health",
    "distinct epoch(conversations_as_of_at)::bigint as at",
    "1",
  );
  const instants: number[] = [];
  for await (const row of known) instants.push(row.at);
  const [at] = instants;
  if (at === undefined || instants.length > 1)
    throw new Error(`conversations_as_of_at is not one instant: ${instants}`);
  if (at < from || at > to) throw new Error(`conversations_as_of_at is ${at}, not between ${from} and ${to}`);
  return at;
}

async function martColumns({ connection, schema }: Marts): Promise<string[]> {
  const described = await connection.runAndReadAll(`select column_name from (describe ${schema}.conversation_metrics)`);
  // Of what the row was built from nobody but the next build wants to know.
  return described
    .getRows()
    .map(([name]) => String(name))
    .filter((name) => name !== "built_from");
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
  return column.endsWith("_at") ? `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}` : daysAsText(column);
}
