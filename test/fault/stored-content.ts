import type { DuckDBConnection } from "@duckdb/node-api";
import {
  compared,
  comparedRecord,
  type RecordTable,
  recordTables,
  type Strictness,
  type ThreadContent,
  type WorkspaceContent,
} from "./content.ts";

/** A row of a raw table; times in microseconds since the epoch. */
type StoredRow = {
  readonly id: string;
  readonly loadId: string;
  readonly fetchedAt: bigint;
  readonly loadedAt: bigint;
  readonly updatedAt: bigint;
  readonly deletedAt: bigint | null;
  /** Of a part: its conversation or ticket. */
  readonly ownerId: string;
  readonly isDeleted: boolean;
  readonly payload: string;
};

export type StoredContent = WorkspaceContent & {
  /** In words, each record that one load has twice. */
  readonly doubled: readonly string[];
};

/** The raw tables reduced to what they say is so now, by rules of its own: none of the loader's queries is used. */
export async function storedContent(
  connection: DuckDBConnection,
  schema: string,
  strictness: Strictness = "strict",
): Promise<StoredContent> {
  const complete = new Set(
    (await connection.runAndReadAll(`select _load_id from ${schema}._loads where status = 'complete'`))
      .getRows()
      .map(([loadId]) => String(loadId)),
  );
  const doubled: string[] = [];
  const rowsOf = async (table: string, columns = ""): Promise<StoredRow[]> => {
    const rows = (await storedRows(connection, `${schema}.${table}`, columns)).filter(({ loadId }) =>
      complete.has(loadId),
    );
    doubled.push(...doubledIn(table, rows));
    return rows;
  };
  const conversations = await rowsOf("conversations", "epoch_us(updated_at) as updated_at");
  const parts = await rowsOf("conversation_parts", "conversation_id as owner_id");
  const deletions = await rowsOf("deleted_conversations", "epoch_us(deleted_at) as deleted_at");
  const tickets = await rowsOf("tickets", "epoch_us(updated_at) as updated_at, is_deleted");
  const ticketParts = await rowsOf("ticket_parts", "ticket_id as owner_id");
  const records = Object.fromEntries(
    await Promise.all(recordTables.map(async (table) => [table, liveRecords(table, await rowsOf(table))] as const)),
  ) as Record<RecordTable, ReadonlyMap<string, string>>; // one entry for each name
  return {
    conversations: liveThreads(conversations, parts, deletions, "conversation_parts", strictness),
    tickets: liveThreads(
      tickets.filter(({ isDeleted }) => !isDeleted),
      ticketParts,
      tickets.filter(({ isDeleted }) => isDeleted),
      "ticket_parts",
      strictness,
    ),
    records,
    doubled,
  };
}

async function storedRows(connection: DuckDBConnection, table: string, columns: string): Promise<StoredRow[]> {
  const select = `select id, _load_id, epoch_us(_fetched_at) as fetched_at, epoch_us(_loaded_at) as loaded_at,
    cast(payload as varchar) as payload${columns === "" ? "" : `, ${columns}`} from ${table}`;
  const rows = (await connection.runAndReadAll(select)).getRowObjects();
  const micros = (value: unknown): bigint => (typeof value === "bigint" ? value : 0n);
  return rows.map((row) => ({
    id: String(row["id"]),
    loadId: String(row["_load_id"]),
    fetchedAt: micros(row["fetched_at"]),
    loadedAt: micros(row["loaded_at"]),
    updatedAt: micros(row["updated_at"]),
    deletedAt: typeof row["deleted_at"] === "bigint" ? row["deleted_at"] : null,
    ownerId: String(row["owner_id"] ?? ""),
    isDeleted: row["is_deleted"] === true,
    payload: String(row["payload"]),
  }));
}

/** Rows that say the same of the same id within one load. */
function doubledIn(table: string, rows: readonly StoredRow[]): string[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = `${row.loadId} ${row.ownerId} ${row.id} ${row.payload}`;
    if (seen.has(key)) return [`doubled ${table} ${row.id} in load ${row.loadId}`];
    seen.add(key);
    return [];
  });
}

/** The newest row of each key: the greatest by the given times, one after the other. */
function newest(rows: readonly StoredRow[], timesOf: (row: StoredRow) => readonly bigint[]): Map<string, StoredRow> {
  const found = new Map<string, StoredRow>();
  for (const row of rows) {
    const key = `${row.ownerId}/${row.id}`;
    const other = found.get(key);
    if (other === undefined || isLater(timesOf(row), timesOf(other))) found.set(key, row);
  }
  return found;
}

function isLater(times: readonly bigint[], others: readonly bigint[]): boolean {
  for (const [index, time] of times.entries()) {
    const other = others[index] ?? 0n;
    if (time !== other) return time > other;
  }
  return false;
}

/** Of a list whose rows have no time of their own: the newest row counts, unless it says that the record is gone. */
function liveRecords(table: RecordTable, rows: readonly StoredRow[]): ReadonlyMap<string, string> {
  const live = new Map<string, string>();
  for (const { id, payload } of newest(rows, (row) => [row.fetchedAt, row.loadedAt]).values()) {
    if (!isTombstone(payload)) live.set(id, comparedRecord(table, payload));
  }
  return live;
}

/** A tombstone says nothing else. Intercom itself calls some of its records deleted, and says more of them. */
function isTombstone(payload: string): boolean {
  const { deleted, ...rest } = JSON.parse(payload) as Record<string, unknown>;
  return deleted === true && Object.keys(rest).sort().join() === "id,type";
}

/** @param partsKey what the payload calls its parts */
function liveThreads(
  threads: readonly StoredRow[],
  parts: readonly StoredRow[],
  deletions: readonly StoredRow[],
  partsKey: string,
  strictness: Strictness,
): ReadonlyMap<string, ThreadContent> {
  const deletedAt = new Map<string, bigint>();
  for (const row of deletions) {
    const at = row.deletedAt ?? row.fetchedAt;
    if (at > (deletedAt.get(row.id) ?? -1n)) deletedAt.set(row.id, at);
  }
  const partsOf = new Map<string, Map<string, string>>();
  for (const part of newest(parts, (row) => [row.fetchedAt, row.loadedAt]).values()) {
    const thread = partsOf.get(part.ownerId) ?? new Map<string, string>();
    partsOf.set(part.ownerId, thread.set(part.id, compared(part.payload, strictness)));
  }
  const live = new Map<string, ThreadContent>();
  for (const row of newest(threads, (each) => [each.updatedAt, each.fetchedAt, each.loadedAt]).values()) {
    if ((deletedAt.get(row.id) ?? -1n) >= row.fetchedAt) continue;
    const list = (JSON.parse(row.payload) as Record<string, { total_count?: number } | undefined>)[partsKey];
    live.set(row.id, {
      text: compared(row.payload, strictness),
      parts: partsOf.get(row.id) ?? new Map<string, string>(),
      totalParts: Number(list?.total_count),
    });
  }
  return live;
}
