import { deletedCtes } from "../../deleted-sql.ts";
import { purgedReason } from "../../sql.ts";
import { type RawTableName, rawTable } from "../raw-tables.ts";
import {
  type CoveredRange,
  type FetchedConversations,
  type PurgedRecord,
  type RecheckReason,
  type StoredThreads,
  storedThread,
  type ThreadTable,
} from "../warehouse.ts";
import type { DuckDbSession } from "./session.ts";
import { identifier, text, timestamp } from "./sql.ts";

/** A tombstone says that a record is gone. It is known by its hash: Intercom itself calls some of its records deleted. */
function isTombstone(table: RawTableName): string {
  const { objectType } = rawTable(table);
  if (objectType === undefined) return "false";
  return `_payload_hash = left(sha256('{"type":"${objectType}","id":"' || id || '","deleted":true}'), 32)`;
}

/**
 * What the loader asks of the raw tables' records, of one workspace at a time. Every stored row counts: `prepare` has
 * removed rows whose load is not complete.
 */
export class DuckDbReads {
  readonly #session: DuckDbSession;

  constructor(session: DuckDbSession) {
    this.#session = session;
  }

  async storedThreads(workspaceId: string, table: ThreadTable, range: CoveredRange): Promise<StoredThreads> {
    const isSearched = "(monitor_evaluations is not null or scorecards is not null)";
    const count = ["monitor_evaluations", "scorecards"]
      .map((list) => `coalesce(json_array_length(${list}), 0)`)
      .join(" + ");
    const quality =
      table === "conversations"
        ? `arg_max(${count}, _fetched_at) filter (where ${isSearched}),
           epoch(max(_fetched_at) filter (where ${isSearched}))`
        : "null, null";
    return this.#session.map(
      `select id, epoch(max(updated_at)), epoch(arg_max(_fetched_at, (updated_at, _fetched_at))), ${quality}
       from ${identifier(table)}
       where _workspace_id = $1 and updated_at between ${timestamp(range.from)} and ${timestamp(range.to)} group by id`,
      [workspaceId],
      ([id, updatedAt, fetchedAt, count, searchedAt]) => [
        String(id),
        storedThread({ updatedAt: Number(updatedAt), fetchedAt: Number(fetchedAt) }, { count, fetchedAt: searchedAt }),
      ],
    );
  }

  async purgedRecords(
    workspaceId: string,
    record: PurgedRecord,
    changedSince: number,
  ): Promise<ReadonlyMap<string, number>> {
    return this.#session.map(
      `select id_hash, epoch(max(updated_at)) from ${ofWorkspace("_purged")}
       and record = ${text(record)} and updated_at >= ${timestamp(changedSince)} group by id_hash`,
      [workspaceId],
      ([hash, updatedAt]) => [String(hash), Number(updatedAt)],
    );
  }

  async fetchedConversations(
    workspaceId: string,
    { fetchedFrom, updatedFrom, updatedTo, unreadIn }: FetchedConversations,
  ): Promise<readonly string[]> {
    const until = updatedTo === undefined ? "" : `and updated_at <= ${timestamp(updatedTo)}`;
    const loads = ofWorkspace("_loads");
    const readers = `select run_id from ${loads} and stream = ${text(unreadIn ?? "")} and window_from is not null`;
    const unread =
      unreadIn === undefined ? "" : `and _load_id not in (select _load_id from ${loads} and run_id in (${readers}))`;
    const rows = await this.#session.rows(
      `select distinct id from ${ofWorkspace("conversations")}
       and _fetched_at >= ${timestamp(fetchedFrom)} and updated_at >= ${timestamp(updatedFrom)} ${until} ${unread}`,
      [workspaceId],
    );
    return rows.map(([id]) => String(id));
  }

  async liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    const since = updatedSince === undefined ? "" : `and newest.updated_at >= ${timestamp(updatedSince)}`;
    return this.#session.map(
      `select key, newest.hash from (${newest(table)}) where not newest.is_gone ${since}`,
      [workspaceId],
      ([key, hash]) => [String(key), String(hash)],
    );
  }

  async liveRecordsOf(
    workspaceId: string,
    tables: readonly RawTableName[],
  ): Promise<ReadonlyMap<RawTableName, ReadonlyMap<string, string>>> {
    const records = new Map<RawTableName, ReadonlyMap<string, string>>();
    for (const table of tables) records.set(table, await this.liveRecords(workspaceId, table));
    return records;
  }

  async countLive(workspaceId: string, table: RawTableName): Promise<number> {
    const rows = await this.#session.rows(`select count(*) from (${newest(table)}) where not newest.is_gone`, [
      workspaceId,
    ]);
    return Number(rows[0]?.[0] ?? 0);
  }

  /** A ticket is live without a tombstone that is as new as its newest row. */
  async liveTickets(workspaceId: string, changedSince: number): Promise<Map<string, number>> {
    const fetchedAt = "max(_fetched_at) filter (where not is_deleted)";
    const goneAt = "coalesce(max(_fetched_at) filter (where is_deleted), timestamp '1970-01-01')";
    return this.#session.map(
      `select id, epoch(max(created_at)) from ${ofWorkspace("tickets")} group by id
       having ${fetchedAt} > ${goneAt} and max(updated_at) >= ${timestamp(changedSince)}`,
      [workspaceId],
      ([id, createdAt]) => [String(id), Number(createdAt)],
    );
  }

  async countConversations(workspaceId: string): Promise<number> {
    const rows = await this.#session.rows(
      `with ${deletedCtes(ofWorkspace, "listed or not found")}
       select count(distinct id) from ${ofWorkspace("conversations")} and id not in (select id from deleted)`,
      [workspaceId],
    );
    return Number(rows[0]?.[0] ?? 0);
  }

  async listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    const rows = await this.#session.rows(`with ${deletedCtes(ofWorkspace, "listed")} select id from deleted`, [
      workspaceId,
    ]);
    return new Set(rows.map(([id]) => String(id)));
  }

  async recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>> {
    const since = timestamp(Math.floor(noticedSince));
    const notFound = `select id, 'not_found' as reason, max(_fetched_at) as noticed_at from ${ofWorkspace("deleted_conversations")}
           group by id having max(deleted_at) is null and min(_fetched_at) >= ${since}
           union all`;
    return this.#session.map(
      `with noticed as (
           ${stream === "conversations" ? notFound : ""}
           select record_id as id, 'rejected' as reason, max(_fetched_at) as noticed_at from ${ofWorkspace("_rejected")}
           and stream = ${text(stream)} and reason <> '${purgedReason}' and record_id is not null group by record_id
           having min(_fetched_at) >= ${since}
       ), seen as (
           select id, max(_fetched_at) as fetched_at from ${ofWorkspace(stream)}
           and id in (select id from noticed) group by id
       )
       select noticed.id, arg_max(reason, noticed_at) from noticed left join seen on seen.id = noticed.id
       where seen.fetched_at is null or seen.fetched_at <= noticed.noticed_at group by noticed.id`,
      [workspaceId],
      ([id, reason]) => [String(id), reason === "not_found" ? "not_found" : "rejected"],
    );
  }
}

/** `table where …` for the rows of the workspace, which is parameter 1. More conditions can follow. */
function ofWorkspace(table: RawTableName): string {
  return `${identifier(table)} where _workspace_id = $1`;
}

/** What the newest row of each key says, without its payload: tables are long. */
function newest(table: RawTableName): string {
  const { owner } = rawTable(table);
  const key = owner === undefined ? "id" : `${owner} || '/' || id`;
  return `select ${key} as key, arg_max(
        {hash: _payload_hash, is_gone: ${isTombstone(table)}, updated_at: updated_at}, (_fetched_at, _loaded_at, _load_id)
      ) as newest
      from ${ofWorkspace(table)} group by key`;
}
