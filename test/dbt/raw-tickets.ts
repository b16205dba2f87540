import type { DuckDBConnection } from "@duckdb/node-api";
import { plainText } from "../../loader/extract/plain-text.ts";
import type { RawRow, RawTableName } from "../../loader/load/raw-tables.ts";
import { EVERYTHING, type World } from "../fake/desk/world.ts";
import type { JsonObject } from "../fake/json.ts";

type Ticket = {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly ticket_state: { readonly category: string };
  readonly ticket_attributes: Readonly<Record<string, unknown>>;
  readonly ticket_parts: { readonly ticket_parts: readonly Part[] };
};

type Part = {
  readonly id: string;
  readonly part_type: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly body?: string | null;
};

/** Adds all tickets of a world to raw tables as one load, in the shape that the loader stores them, with tombstones. */
export async function loadTickets(connection: DuckDBConnection, rawSchema: string, world: World, workspaceId: string) {
  const now = world.time.now();
  const provenance = {
    _workspace_id: workspaceId,
    _load_id: `tickets-${now}`,
    _fetched_at: time(now),
    _loaded_at: time(now + 1),
  };
  const insert = async (table: RawTableName, row: RawRow): Promise<void> => {
    const names = Object.keys(row);
    const values = Object.values(row).map((value) =>
      value === null ? null : typeof value === "object" ? JSON.stringify(value) : String(value),
    );
    const places = names.map((_, index) => `$${index + 1}`);
    await connection.run(
      `insert into ${rawSchema}.${table} (${names.join(", ")}) values (${places.join(", ")})`,
      values,
    );
  };
  const records = world.tickets.records();
  const keys: number[] = [];
  records.select(EVERYTHING, now, (key) => keys.push(key));
  const found = new Set<string>();
  for (const key of keys) {
    const ticket = records.render(key, now) as unknown as Ticket;
    found.add(ticket.id);
    const { ticket_parts, ...rest } = ticket;
    const description = ticket.ticket_attributes["_default_description_"];
    await insert("tickets", {
      id: ticket.id,
      created_at: time(ticket.created_at),
      updated_at: time(ticket.updated_at),
      state_category: ticket.ticket_state.category,
      body_text: typeof description === "string" ? description : null,
      is_deleted: "false",
      payload: { ...rest, ticket_parts: { ...ticket_parts, ticket_parts: [] } },
      ...provenance,
    });
    for (const part of ticket_parts.ticket_parts)
      await insert("ticket_parts", {
        id: part.id,
        ticket_id: ticket.id,
        created_at: time(part.created_at),
        updated_at: time(part.updated_at),
        part_type: part.part_type,
        body_text: part.body ? plainText(part.body) : null,
        payload: part,
        ...provenance,
      });
  }
  const stored = await connection.runAndReadAll(`select distinct id from ${rawSchema}.tickets`);
  for (const [id] of stored.getRows())
    if (!found.has(String(id)))
      await insert("tickets", {
        id: String(id),
        is_deleted: "true",
        payload: { type: "ticket", id: String(id), deleted: true },
        ...provenance,
      });
  const lists: readonly (readonly [RawTableName, readonly JsonObject[]])[] = [
    ["ticket_types", world.tickets.types()],
    ["ticket_states", world.tickets.states()],
  ];
  for (const [table, rows] of lists)
    for (const row of rows)
      await insert(table, { id: String(row["id"]), payload: row, _payload_hash: "x", ...provenance });
  for (const stream of ["tickets", "ticket_parts", "ticket_types", "ticket_states"])
    await insert("_loads", {
      _load_id: provenance._load_id,
      _workspace_id: workspaceId,
      stream,
      status: "complete",
      _loaded_at: provenance._loaded_at,
    });
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}
