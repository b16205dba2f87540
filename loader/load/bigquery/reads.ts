import { deletedCtes, deletionsSql } from "../../deleted-sql.ts";
import { isComplete, isOfCompleteLoad, purgedReason } from "../../sql.ts";
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
import { type QueryContext, queryRows, type ResultRow } from "./query.ts";
import { qualified, timestamp } from "./sql.ts";

const secondsPerDay = 86_400;
/**
 * A row is stamped when its load is begun, by a clock that need not be Intercom's, and is loaded later. So no row can have
 * been loaded this many days before the change that it shows.
 */
const loadedBeforeChangeSeconds = 2 * secondsPerDay;

/**
 * What the loader asks of the raw tables' records, of one workspace at a time. BigQuery bills whole columns, of the
 * partitions that it cannot rule out. So no query here names `payload`, and each query for recent rows names the days of
 * `_loaded_at` that can have them. docs/scale.md has the bytes.
 */
export class BigQueryReads {
  readonly #context: QueryContext;
  readonly #datasetName: string;

  constructor(context: QueryContext, datasetName: string) {
    this.#context = context;
    this.#datasetName = datasetName;
  }

  async storedThreads(workspaceId: string, table: ThreadTable, range: CoveredRange): Promise<StoredThreads> {
    const rows = await this.#rows(this.storedThreadsSql(table, range), workspaceId, `read stored ${table}`);
    return new Map(
      rows.map((row) => [
        String(row["id"]),
        storedThread(
          { updatedAt: Number(row["updated_at"]), fetchedAt: Number(row["fetched_at"]) },
          { count: row["findings"], fetchedAt: row["searched_at"] ?? null },
        ),
      ]),
    );
  }

  storedThreadsSql(table: ThreadTable, range: CoveredRange): string {
    const isSearched = "monitor_evaluations is not null or scorecards is not null";
    const count = ["monitor_evaluations", "scorecards"]
      .map((list) => `ifnull(array_length(json_query_array(${list})), 0)`)
      .join(" + ");
    const quality =
      table === "conversations"
        ? `if(${isSearched}, ${count}, null) as findings, if(${isSearched}, _fetched_at, null) as searched_at`
        : "cast(null as int64) as findings, cast(null as timestamp) as searched_at";
    return `select id, unix_seconds(max(updated_at)) as updated_at,
        unix_seconds(array_agg(_fetched_at order by updated_at desc, _fetched_at desc limit 1)[offset(0)]) as fetched_at,
        array_agg(findings ignore nulls order by _fetched_at desc limit 1)[safe_offset(0)] as findings,
        unix_seconds(max(searched_at)) as searched_at
      from (
        select id, updated_at, _fetched_at, ${quality}
        from ${this.#completeRows(table, range.from)}
        and updated_at between ${timestamp(range.from)} and ${timestamp(range.to)}
      )
      group by id`;
  }

  async purgedRecords(
    workspaceId: string,
    record: PurgedRecord,
    changedSince: number,
  ): Promise<ReadonlyMap<string, number>> {
    const sql = this.purgedRecordsSql(record, changedSince);
    const rows = await this.#rows(sql, workspaceId, "read what purges removed");
    return new Map(rows.map((row) => [String(row["id_hash"]), Number(row["updated_at"])]));
  }

  /** A purge came after the changes of what it removed, so the days before need no look. */
  purgedRecordsSql(record: PurgedRecord, changedSince: number): string {
    const since = changedSince < loadedBeforeChangeSeconds ? "" : loadedSince(changedSince);
    return `select id_hash, unix_seconds(max(updated_at)) as updated_at from ${this.#table("_purged")}
      where _workspace_id = @workspace ${since} and record = '${record}'
      and updated_at >= ${timestamp(Math.max(0, changedSince))} group by id_hash`;
  }

  async fetchedConversations(workspaceId: string, which: FetchedConversations): Promise<readonly string[]> {
    const sql = this.fetchedConversationsSql(which);
    const rows = await this.#rows(sql, workspaceId, "read which conversations were fetched");
    return rows.map((row) => String(row["id"]));
  }

  /** A version is fetched after its change, so both times rule out days of loading. */
  fetchedConversationsSql({ fetchedFrom, updatedFrom, updatedTo, unreadIn }: FetchedConversations): string {
    const until = updatedTo === undefined ? "" : `and updated_at <= ${timestamp(updatedTo)}`;
    const loads = `${this.#table("_loads")} where _workspace_id = @workspace and ${isComplete}`;
    const readers = `select run_id from ${loads} and stream = '${unreadIn}' and window_from is not null`;
    const unread =
      unreadIn === undefined ? "" : `and _load_id not in (select _load_id from ${loads} and run_id in (${readers}))`;
    return `select distinct id from ${this.#completeRows("conversations", Math.max(fetchedFrom, updatedFrom))}
      and _fetched_at >= ${timestamp(fetchedFrom)} and updated_at >= ${timestamp(updatedFrom)} ${until} ${unread}`;
  }

  async liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    const rows = await this.#rows(this.liveRecordsSql(table, updatedSince), workspaceId, `read the stored ${table}`);
    return new Map(rows.map((row) => [String(row["key"]), String(row["payload_hash"])]));
  }

  async liveRecordsOf(
    workspaceId: string,
    tables: readonly RawTableName[],
  ): Promise<ReadonlyMap<RawTableName, ReadonlyMap<string, string>>> {
    const records = new Map(tables.map((table) => [table, new Map<string, string>()]));
    if (tables.length === 0) return records;
    for (const row of await this.#rows(this.liveRecordsOfSql(tables), workspaceId, "read the stored records"))
      records.get(String(row["stream"]) as RawTableName)?.set(String(row["key"]), String(row["payload_hash"]));
    return records;
  }

  liveRecordsOfSql(tables: readonly RawTableName[]): string {
    return tables
      .map((table) => `select '${table}' as stream, key, payload_hash from (${this.liveRecordsSql(table)})`)
      .join(" union all ");
  }

  liveRecordsSql(table: RawTableName, updatedSince?: number): string {
    const since = updatedSince === undefined ? "" : `and updated_at >= ${timestamp(updatedSince)}`;
    return `select ${keyOf(table)} as key, _payload_hash as payload_hash from (${this.#newest(table, updatedSince)})
      where not ${isTombstone(table)} ${since}`;
  }

  async countLive(workspaceId: string, table: RawTableName): Promise<number> {
    const rows = await this.#rows(this.countLiveSql(table), workspaceId, `count the stored ${table}`);
    return Number(rows[0]?.["live"] ?? 0);
  }

  countLiveSql(table: RawTableName): string {
    return `select count(*) as live from (${this.#newest(table, undefined)}) where not ${isTombstone(table)}`;
  }

  async liveTickets(workspaceId: string, changedSince: number): Promise<Map<string, number>> {
    const rows = await this.#rows(this.liveTicketsSql(changedSince), workspaceId, "read the stored tickets");
    return new Map(rows.map((row) => [String(row["id"]), Number(row["created_at"])]));
  }

  /** Tickets without a tombstone that is as new as their newest row. */
  liveTicketsSql(changedSince: number): string {
    return `select id, unix_seconds(max(if(is_deleted, null, created_at))) as created_at
      from ${this.#completeRows("tickets", changedSince)} group by id
      having max(if(is_deleted, null, _fetched_at))
        > coalesce(max(if(is_deleted, _fetched_at, null)), timestamp '1970-01-01')
        and max(updated_at) >= ${timestamp(changedSince)}`;
  }

  async countConversations(workspaceId: string): Promise<number> {
    const rows = await this.#rows(this.countConversationsSql(), workspaceId, "count the stored conversations");
    return Number(rows[0]?.["stored"] ?? 0);
  }

  countConversationsSql(): string {
    return `with ${deletedCtes((table) => this.#completeRows(table), "listed or not found")}
      select count(distinct id) as stored from ${this.#completeRows("conversations")}
      and id not in (select id from deleted)`;
  }

  /** The second query reads every conversation's id: it is not asked where nothing is listed. */
  async listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    const doing = "read the listed deletions";
    const isAnyListed = (await this.#rows(this.anyListedSql(), workspaceId, doing)).length > 0;
    if (!isAnyListed) return new Set();
    const rows = await this.#rows(this.listedAsDeletedSql(), workspaceId, doing);
    return new Set(rows.map((row) => String(row["id"])));
  }

  anyListedSql(): string {
    return `select id from (${deletionsSql((table) => this.#completeRows(table), "listed")}) limit 1`;
  }

  listedAsDeletedSql(): string {
    return `with ${deletedCtes((table) => this.#completeRows(table), "listed")} select id from deleted`;
  }

  async recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>> {
    const sql = this.recordsToRecheckSql(stream, noticedSince);
    const rows = await this.#rows(sql, workspaceId, `read the ${stream} that were not found or rejected`);
    return new Map(rows.map((row) => [String(row["id"]), Number(row["is_rejected"]) === 1 ? "rejected" : "not_found"]));
  }

  recordsToRecheckSql(stream: RawTableName, noticedSince: number): string {
    const notFound = `select id, false as is_rejected, max(_fetched_at) as noticed_at, min(_fetched_at) as first_noticed_at,
          max(deleted_at) as deleted_at
        from ${this.#completeRows("deleted_conversations", noticedSince)} group by id
        union all`;
    return `with noticed as (
        ${stream === "conversations" ? notFound : ""}
        select record_id as id, true as is_rejected, max(_fetched_at) as noticed_at, min(_fetched_at) as first_noticed_at,
          cast(null as timestamp) as deleted_at
        from ${this.#completeRows("_rejected", noticedSince)} and stream = '${stream}' and reason <> '${purgedReason}' and record_id is not null
        group by record_id
      ),
      retrieved as (
        select id, max(_fetched_at) as fetched_at from ${this.#completeRows(stream, noticedSince)} group by id
      )
      select noticed.id as id, max(if(noticed.is_rejected, 1, 0)) as is_rejected
      from noticed left join retrieved on noticed.id = retrieved.id
      where noticed.deleted_at is null and noticed.first_noticed_at >= ${timestamp(noticedSince)}
      and (retrieved.fetched_at is null or retrieved.fetched_at <= noticed.noticed_at)
      group by noticed.id`;
  }

  /** Newest row of each key of a table; with `since`, of those only that can have changed since (epoch seconds). */
  #newest(table: RawTableName, since: number | undefined): string {
    const { owner } = rawTable(table);
    const columns = owner === undefined ? "id" : `${owner}, id`;
    return `select ${columns}, updated_at, _payload_hash from ${this.#completeRows(table, since)}
      qualify row_number() over (partition by ${columns} order by _fetched_at desc, _loaded_at desc, _load_id desc) = 1`;
  }

  /** `table where …` for the rows that count; loaded for a change since, if given. More conditions can follow. */
  #completeRows(table: RawTableName, changedSince?: number): string {
    const since =
      changedSince === undefined || changedSince < loadedBeforeChangeSeconds ? "" : loadedSince(changedSince);
    return `${this.#table(table)} where _workspace_id = @workspace ${since}
      and ${isOfCompleteLoad(this.#table("_loads"), `and _workspace_id = @workspace ${since}`)}`;
  }

  #table(name: RawTableName): string {
    return qualified(this.#context.connection.project, this.#datasetName, name);
  }

  #rows(sql: string, workspaceId: string, doing: string): Promise<readonly ResultRow[]> {
    return queryRows(this.#context, sql, { doing, parameters: { workspace: workspaceId } });
  }
}

/** The days of loading that can have rows for a change since then. */
function loadedSince(changedSince: number): string {
  return `and _loaded_at >= ${timestamp(changedSince - loadedBeforeChangeSeconds)}`;
}

/** A key as `Warehouse.liveRecords` has it. */
function keyOf(table: RawTableName): string {
  const { owner } = rawTable(table);
  return owner === undefined ? "id" : `concat(${owner}, '/', id)`;
}

/** By its hash: a look at the payload would be billed. */
function isTombstone(table: RawTableName): string {
  const { objectType } = rawTable(table);
  if (objectType === undefined) return "false";
  return `_payload_hash = substr(to_hex(sha256(concat('{"type":"${objectType}","id":"', id, '","deleted":true}'))), 1, 32)`;
}
