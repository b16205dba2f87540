import type { WorldTruth } from "../../fake/desk/events.ts";
import type { TicketTruth } from "../../fake/desk/tickets/events.ts";
import type { World } from "../../fake/desk/world.ts";
import { compareRows, describeDifferences } from "../compare.ts";
import { mergedAway } from "../conversation/log.ts";
import { type Marts, rowsOf } from "../mart.ts";
import { officeHours } from "../office-hours.ts";
import { collapsed, onOneLine } from "../white-space.ts";
import { type TicketPartRow, ticketPartColumns, ticketPartRows } from "./part-row.ts";
import { linkedOf, type TicketQuestion, type TicketRow, ticketRow } from "./row.ts";

/** How many rows were compared, and in words what differs; `differences` is empty when nothing does. */
export type TicketsReport = {
  readonly tickets: number;
  readonly parts: number;
  readonly waiting: number;
  /** Tickets whose threads have parts that were never seen. */
  readonly incomplete: number;
  readonly differences: readonly string[];
};

export type TicketsOptions = {
  readonly scheduleOfTeam?: Readonly<Record<string, string>>;
  readonly areListed?: boolean;
};

type Waiting = { readonly ticket_id: string; readonly conversation_id: string };

/**
 * Compares `tickets`, in every column, `ticket_parts` and `tracker_conversations` of a workspace with the event log of a world's
 * tickets. `syncedAt` and `scheduleOfTeam` are those of `checkMetrics`; `areListed`: tickets of their own are conversations as well.
 */
export async function checkTickets(
  marts: Marts,
  world: WorldTruth & TicketTruth & World,
  syncedAt: readonly number[],
  { scheduleOfTeam = {}, areListed = false }: TicketsOptions = {},
): Promise<TicketsReport> {
  const question: TicketQuestion = {
    workspaceId: marts.workspaceId,
    world,
    syncedAt,
    officeHoursOf: officeHours(scheduleOfTeam),
    areListed,
  };
  let incomplete = 0;
  for (const id of world.ticketIds()) if (ticketRow(question, id)?.["is_thread_complete"] === false) incomplete += 1;
  const columns = await ticketColumns(marts, question);
  const tickets = await compareRows<TicketRow>({
    actual: tidied(rowsOf<TicketRow>(marts, "tickets", columns.map(selected).join(", "), "ticket_id")),
    keyOf: (row) => row.ticket_id,
    expectedRow: (id) => ticketRow(question, id),
    expectedKeys: world.ticketIds(),
    columns,
  });
  const partsOf = new Map<string, TicketPartRow>();
  for (const id of world.ticketIds())
    for (const row of ticketPartRows(world, id, syncedAt)) partsOf.set(`${id}/${row.ticket_part_id}`, row);
  const partNames = ticketPartColumns.map(selected).join(", ");
  const parts = await compareRows<TicketPartRow>({
    actual: onOneLines(rowsOf<TicketPartRow>(marts, "ticket_parts", partNames, "ticket_id, ticket_part_id")),
    keyOf: (row) => `${row.ticket_id}/${row.ticket_part_id}`,
    expectedRow: (key) => partsOf.get(key) ?? null,
    expectedKeys: partsOf.keys(),
    columns: ticketPartColumns,
  });
  const waits = new Map(waitingOf(world).map((row) => [`${row.ticket_id}/${row.conversation_id}`, row]));
  const waiting = await compareRows<Waiting>({
    actual: rowsOf<Waiting>(marts, "tracker_conversations", "ticket_id, conversation_id", "1, 2"),
    keyOf: (row) => `${row.ticket_id}/${row.conversation_id}`,
    expectedRow: (key) => waits.get(key) ?? null,
    expectedKeys: waits.keys(),
    columns: [],
  });
  const differences = Object.entries({ tickets, ticket_parts: parts, tracker_conversations: waiting })
    .map(([mart, found]) => [mart, describeDifferences(found)] as const)
    .filter(([, words]) => words !== null)
    .map(([mart, words]) => `${mart}: ${words}`);
  return { tickets: tickets.compared, parts: parts.compared, waiting: waiting.compared, incomplete, differences };
}

/** Every conversation that exists and is linked to a tracker that exists; where it was merged away, the one that serves its customer. */
function waitingOf(world: WorldTruth & TicketTruth): Waiting[] {
  const rows: Waiting[] = [];
  for (const ticket_id of world.ticketIds()) {
    const events = world.ticketEvents(ticket_id) ?? [];
    const [created] = events;
    if (created?.kind !== "created" || created.category !== "Tracker") continue;
    const serving = linkedOf(world, events).map((id) => servedIn(world, id));
    for (const conversation_id of new Set(serving)) rows.push({ ticket_id, conversation_id });
  }
  return rows;
}

function servedIn(world: WorldTruth, conversationId: string): string {
  const events = world.events(conversationId);
  const other = events === null ? null : (mergedAway(world, events)?.primaryId ?? null);
  return other === null ? conversationId : servedIn(world, other);
}

/** The columns of the reference; throws when it lacks one of the mart's. */
async function ticketColumns({ connection, schema }: Marts, question: TicketQuestion): Promise<string[]> {
  const described = await connection.runAndReadAll(`select column_name from (describe ${schema}.tickets)`);
  const [id = ""] = question.world.ticketIds();
  const columns = Object.keys(ticketRow(question, id) ?? {});
  const unreferenced = described.getRows().flatMap(([name]) => (columns.includes(String(name)) ? [] : [String(name)]));
  if (unreferenced.length > 0) throw new Error(`tickets has columns without a reference: ${unreferenced}`);
  return columns;
}

async function* tidied(rows: AsyncIterable<TicketRow>): AsyncGenerator<TicketRow> {
  for await (const row of rows) {
    const { title, description } = row;
    yield { ...row, title: tidy(title), description: tidy(description) };
  }
}

function tidy(text: TicketRow[string] | undefined): string | null {
  return collapsed(typeof text === "string" ? text : null);
}

async function* onOneLines(rows: AsyncIterable<TicketPartRow>): AsyncGenerator<TicketPartRow> {
  for await (const row of rows) yield { ...row, body: onOneLine(row.body) };
}

function selected(column: string): string {
  return column.endsWith("_at") ? `strftime(${column}, '%Y-%m-%dT%H:%M:%SZ') as ${column}` : column;
}
