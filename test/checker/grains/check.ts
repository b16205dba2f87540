import type { WorldTruth } from "../../fake/desk/events.ts";
import type { World } from "../../fake/desk/world.ts";
import { compareRows, describeDifferences } from "../compare.ts";
import { type GrainRow, type KnownConversation, knownConversation } from "../conversation/known.ts";
import { passedOnColumns } from "../conversation/labels.ts";
import type { MetricsQuestion } from "../conversation/metrics.ts";
import { type Marts, rowsOf } from "../mart.ts";
import { officeHours } from "../office-hours.ts";
import { aiContentRows } from "./ai-contents.ts";
import { companyTrendRows } from "./company-trend.ts";
import { replyRows } from "./replies.ts";
import { slaRows } from "./slas.ts";
import { stateRows } from "./states.ts";

/** What differs, in words; and how many rows of each mart were compared. */
export type GrainsReport = { readonly differences: readonly string[]; readonly rows: Readonly<Record<string, number>> };

/** A mart: the columns that make a row's key, and the rows by their definitions. */
type Grain = { readonly mart: string; readonly key: readonly string[]; readonly rows: readonly GrainRow[] };

/** Intercom shows no more of a thread: of other threads some times in states are unknown. */
const partlyUnseenMax = 10;

/**
 * Compares the marts with several rows per conversation, and company_trend, with a world's event log, row by row and in every column;
 * throws when the reference lacks a column. Threads with parts that were never seen are left out: `docs/metrics.md` says what
 * holds for them.
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
  const replies = (known: KnownConversation): GrainRow[] =>
    replyRows(known, String(passedOnColumns(world, known.id)["channel"]));
  const slas = (known: KnownConversation): GrainRow[] => slaRows(known, retrievals.get(known.id) ?? [], syncedAt);
  const contents = (known: KnownConversation): GrainRow[] => aiContentRows(known, world, articleIds);
  const grains: readonly Grain[] = [
    { mart: "conversation_states", key: ["conversation_id", "stretch_number"], rows: whole.flatMap(stateRows) },
    { mart: "conversation_replies", key: ["conversation_id", "wait_number"], rows: whole.flatMap(replies) },
    { mart: "sla_events", key: ["conversation_id", "sla_number"], rows: whole.flatMap(slas) },
    { mart: "ai_agent_contents", key: ["conversation_id", "content_source_key"], rows: whole.flatMap(contents) },
    {
      mart: "company_trend",
      key: ["company_id"],
      rows: companyTrendRows(question, world, conversations, await trendAsOf(marts)),
    },
  ];
  const differences: string[] = [];
  const rows: Record<string, number> = {};
  for (const grain of grains) {
    const { compared, found } = await compareGrain(marts, grain, left);
    rows[grain.mart] = compared;
    if (found !== null) differences.push(`${grain.mart}: ${found}`);
  }
  return { differences, rows };
}

async function compareGrain(
  marts: Marts,
  grain: Grain,
  left: ReadonlySet<string>,
): Promise<{ readonly compared: number; readonly found: string | null }> {
  const expected = new Map(grain.rows.map((row) => [keyOf(grain, row), row]));
  const columns = Object.keys(grain.rows[0] ?? {});
  const inMart = await martColumns(marts, grain.mart);
  const unreferenced = inMart.filter((column) => !columns.includes(column));
  if (unreferenced.length > 0) throw new Error(`${grain.mart} has columns without a reference: ${unreferenced}`);
  const actual = rowsOf<GrainRow>(marts, grain.mart, columns.map(selected).join(", "), grain.key.join(", "));
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
  return key.map((column) => row[column]).join(" ");
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

/** Until when conversations are known, in epoch seconds: only the loader's clock tells, and `checkMetrics` looks at that. */
async function trendAsOf({ connection, schema }: Marts): Promise<number> {
  const found = await connection.runAndReadAll(`select distinct epoch(as_of_at)::bigint from ${schema}.company_trend`);
  if (found.currentRowCount !== 1) throw new Error(`company_trend has ${found.currentRowCount} ends`);
  return Number(found.getRows()[0]?.[0]);
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
