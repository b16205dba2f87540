import type { WorldTruth } from "../fake/desk/events.ts";
import type { World } from "../fake/desk/world.ts";
import { aiContentRows } from "./ai-content-rows.ts";
import { compareRows, describeDifferences } from "./compare.ts";
import { passedOnColumns } from "./conversation-labels.ts";
import type { MetricsQuestion } from "./conversation-metrics.ts";
import { type GrainRow, type KnownConversation, knownConversation } from "./known-conversation.ts";
import { type Marts, rowsOf } from "./mart.ts";
import { officeHours } from "./office-hours.ts";
import { replyRows } from "./reply-rows.ts";
import { slaRows } from "./sla-rows.ts";
import { stateRows } from "./state-rows.ts";

/** What differs, in words; and how many rows of each mart were compared. */
export type GrainsReport = { readonly differences: readonly string[]; readonly rows: Readonly<Record<string, number>> };

/** A mart with several rows per conversation: the columns that make a row's key, and the rows by their definitions. */
type Grain = {
  readonly mart: string;
  readonly key: readonly string[];
  readonly rowsOf: (known: KnownConversation) => readonly GrainRow[];
};

/** Intercom shows no more of a thread: of other threads some times in states are unknown. */
const partlyUnseenMax = 10;

/**
 * Compares the marts with several rows per conversation with a world's event log, row by row and in every column; throws when the
 * reference lacks a column. Threads of which some parts were never seen are left out: `docs/metrics.md` says what holds for them.
 * The arguments are those of `checkMetrics`; `rawSchema` has the raw tables, which say when each conversation was retrieved.
 */
export async function checkGrains(
  marts: Marts,
  world: WorldTruth & World,
  syncedAt: readonly number[],
  scheduleOfTeam: Readonly<Record<string, string>>,
  rawSchema: string,
): Promise<GrainsReport> {
  const question: MetricsQuestion = {
    workspaceId: marts.workspaceId,
    truth: world,
    directory: world,
    syncedAt,
    asOf: syncedAt.at(-1) ?? 0,
    officeHoursOf: officeHours(scheduleOfTeam),
  };
  const retrievals = await retrievalTimes(marts, rawSchema);
  const articleIds = await idsOfArticles(marts, rawSchema);
  const conversations = [...question.truth.conversationIds()].flatMap((id) => knownConversation(question, id) ?? []);
  const whole = conversations.filter(({ isPartlyUnseen }) => !isPartlyUnseen);
  const left = new Set(conversations.filter((known) => known.isPartlyUnseen).map(({ id }) => id));
  if (left.size > partlyUnseenMax) throw new Error(`${left.size} threads were not wholly seen`);
  const grains: readonly Grain[] = [
    { mart: "conversation_states", key: ["stretch_number"], rowsOf: stateRows },
    {
      mart: "conversation_replies",
      key: ["wait_number"],
      rowsOf: (known) => replyRows(known, String(passedOnColumns(world, known.id)["channel"])),
    },
    {
      mart: "sla_events",
      key: ["sla_number"],
      rowsOf: (known) => slaRows(known, retrievals.get(known.id) ?? [], syncedAt),
    },
    {
      mart: "ai_agent_contents",
      key: ["content_source_key"],
      rowsOf: (known) => aiContentRows(known, world, articleIds),
    },
  ];
  const differences: string[] = [];
  const rows: Record<string, number> = {};
  for (const grain of grains) {
    const expected = new Map(whole.flatMap(grain.rowsOf).map((row) => [keyOf(grain, row), row]));
    const { compared, found } = await compareGrain(marts, grain, expected, left);
    rows[grain.mart] = compared;
    if (found !== null) differences.push(`${grain.mart}: ${found}`);
  }
  return { differences, rows };
}

async function compareGrain(
  marts: Marts,
  grain: Grain,
  expected: ReadonlyMap<string, GrainRow>,
  left: ReadonlySet<string>,
): Promise<{ readonly compared: number; readonly found: string | null }> {
  const columns = Object.keys(expected.values().next().value ?? {});
  const inMart = await martColumns(marts, grain.mart);
  const unreferenced = inMart.filter((column) => !columns.includes(column));
  if (unreferenced.length > 0) throw new Error(`${grain.mart} has columns without a reference: ${unreferenced}`);
  const actual = rowsOf<GrainRow>(marts, grain.mart, columns.map(selected).join(", "), "conversation_id");
  const comparison = await compareRows<GrainRow>({
    actual: without(actual, left),
    keyOf: (row) => keyOf(grain, row),
    expectedRow: (key) => expected.get(key) ?? null,
    expectedKeys: expected.keys(),
    columns,
  });
  return { compared: comparison.compared, found: describeDifferences(comparison) };
}

async function* without(rows: AsyncGenerator<GrainRow>, left: ReadonlySet<string>): AsyncGenerator<GrainRow> {
  for await (const row of rows) if (!left.has(String(row["conversation_id"]))) yield row;
}

function keyOf({ key }: Grain, row: GrainRow): string {
  return ["conversation_id", ...key].map((column) => row[column]).join(" ");
}

/** When each conversation was retrieved, oldest first, in epoch seconds. */
async function retrievalTimes({ connection }: Marts, rawSchema: string): Promise<Map<string, number[]>> {
  const found = await connection.runAndReadAll(
    `select distinct id, epoch(_fetched_at)::bigint as fetched from ${rawSchema}.conversations order by 1, 2`,
  );
  const times = new Map<string, number[]>();
  for (const [id, at] of found.getRows()) times.set(String(id), [...(times.get(String(id)) ?? []), Number(at)]);
  return times;
}

async function idsOfArticles({ connection }: Marts, rawSchema: string): Promise<Set<string>> {
  const found = await connection.runAndReadAll(`select distinct id from ${rawSchema}.articles`);
  return new Set(found.getRows().map(([id]) => String(id)));
}

async function martColumns({ connection, schema }: Marts, mart: string): Promise<string[]> {
  const described = await connection.runAndReadAll(`select column_name from (describe ${schema}.${mart})`);
  // Of what the row was built from nobody but the next build wants to know.
  const names = described.getRows().map(([name]) => String(name));
  return names.filter((name) => name !== "built_from");
}

function selected(column: string): string {
  return column.endsWith("_at") ? `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}` : column;
}
