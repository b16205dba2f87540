import type { DuckDBConnection } from "@duckdb/node-api";
import { canonical } from "./canonical.ts";
import {
  type ConversationContent,
  compared,
  type RecordTable,
  recordTables,
  type Strictness,
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
  readonly conversationId: string;
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
  const parts = await rowsOf("conversation_parts", "conversation_id");
  const deletions = await rowsOf("deleted_conversations", "epoch_us(deleted_at) as deleted_at");
  const records = Object.fromEntries(
    await Promise.all(recordTables.map(async (table) => [table, liveRecords(await rowsOf(table))] as const)),
  ) as Record<RecordTable, ReadonlyMap<string, string>>; // one entry for each name
  return { conversations: liveConversations(conversations, parts, deletions, strictness), records, doubled };
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
    conversationId: String(row["conversation_id"] ?? ""),
    payload: String(row["payload"]),
  }));
}

/** Rows that say the same of the same id within one load. */
function doubledIn(table: string, rows: readonly StoredRow[]): string[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    const key = `${row.loadId} ${row.conversationId} ${row.id} ${row.payload}`;
    if (seen.has(key)) return [`doubled ${table} ${row.id} in load ${row.loadId}`];
    seen.add(key);
    return [];
  });
}

/** The newest row of each key: the greatest by the given times, one after the other. */
function newest(rows: readonly StoredRow[], timesOf: (row: StoredRow) => readonly bigint[]): Map<string, StoredRow> {
  const found = new Map<string, StoredRow>();
  for (const row of rows) {
    const key = `${row.conversationId}/${row.id}`;
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
function liveRecords(rows: readonly StoredRow[]): ReadonlyMap<string, string> {
  const live = new Map<string, string>();
  for (const { id, payload } of newest(rows, (row) => [row.fetchedAt, row.loadedAt]).values()) {
    const isGone = (JSON.parse(payload) as { deleted?: unknown }).deleted === true;
    if (!isGone) live.set(id, canonical(payload));
  }
  return live;
}

function liveConversations(
  conversations: readonly StoredRow[],
  parts: readonly StoredRow[],
  deletions: readonly StoredRow[],
  strictness: Strictness,
): ReadonlyMap<string, ConversationContent> {
  const deletedAt = new Map<string, bigint>();
  for (const row of deletions) {
    const at = row.deletedAt ?? row.fetchedAt;
    if (at > (deletedAt.get(row.id) ?? -1n)) deletedAt.set(row.id, at);
  }
  const partsOf = new Map<string, Map<string, string>>();
  for (const part of newest(parts, (row) => [row.fetchedAt, row.loadedAt]).values()) {
    const thread = partsOf.get(part.conversationId) ?? new Map<string, string>();
    partsOf.set(part.conversationId, thread.set(part.id, compared(part.payload, strictness)));
  }
  const live = new Map<string, ConversationContent>();
  for (const row of newest(conversations, (each) => [each.updatedAt, each.fetchedAt, each.loadedAt]).values()) {
    if ((deletedAt.get(row.id) ?? -1n) >= row.fetchedAt) continue;
    const thread = (JSON.parse(row.payload) as { conversation_parts?: { total_count?: number } }).conversation_parts;
    live.set(row.id, {
      text: compared(row.payload, strictness),
      parts: partsOf.get(row.id) ?? new Map<string, string>(),
      totalParts: Number(thread?.total_count),
    });
  }
  return live;
}
