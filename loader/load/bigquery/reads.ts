import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import type { RawTableName } from "../raw-tables.ts";
import {
  type Coverage,
  type CoveredRange,
  type RecheckReason,
  type StoredConversations,
  type StreamStatus,
  storedAsOf,
} from "../warehouse.ts";
import { type BigQueryConnection, costLabels, retrying } from "./client.ts";

const secondsPerDay = 86_400;
/**
 * A row is written before it is loaded, and stamped with the moment that its load was begun, by a clock that need not be
 * Intercom's: so many days before a change its rows can't have been loaded.
 */
const loadedBeforeChangeSeconds = 2 * secondsPerDay;

/** What a snapshot table's tombstones say of themselves (see `tombstoneRow`). */
const tombstoneTypes: Readonly<Partial<Record<RawTableName, string>>> = {
  contacts: "contact",
  companies: "company",
  admins: "admin",
  teams: "team",
  tags: "tag",
  segments: "segment",
  office_hours_schedules: "office_hours_schedule",
};

export type ReadsOptions = {
  readonly client: BigQuery;
  readonly connection: BigQueryConnection;
  readonly datasetName: string;
  readonly effects: Effects;
  /** What is read in place of the table of loads; a table of an older version lacks columns. */
  readonly loads?: string;
};

type ResultRow = Readonly<Record<string, unknown>>;

/**
 * What the loader asks of the raw tables. BigQuery bills the columns that a query names, whole, for the partitions that
 * it cannot rule out: so no query here names `payload`, and each that looks for what is recent names the days of
 * `_loaded_at` that can have it. docs/scale.md has the bytes.
 */
export class BigQueryReads {
  readonly #options: ReadsOptions;

  constructor(options: ReadsOptions) {
    this.#options = options;
  }

  /** The windows are merged here, so that years of small runs come back as a few rows. */
  async coverage(workspaceId: string): Promise<Coverage> {
    const rows = await this.#rows(this.coverageSql(), workspaceId, "read what is covered");
    const settled = rows.flatMap((row) => {
      const [from, to] = [numberOf(row["covered_from"]), numberOf(row["covered_to"])];
      return from === undefined || to === undefined ? [] : [{ from, to }];
    });
    return { rangeFrom: numberOf(rows[0]?.["range_from"]), settled };
  }

  coverageSql(): string {
    return `with loads as (
        select unix_seconds(range_from) as range_from, unix_seconds(window_from) as window_from,
            unix_seconds(least(window_to, settled_to, _loaded_at)) as settled_to
        from ${this.#table("_loads")}
        where _workspace_id = @workspace and stream = 'conversations' and status = 'complete' and range_from is not null
      ), ends as (
        select window_from, settled_to, max(settled_to) over (
            order by window_from, settled_to rows between unbounded preceding and 1 preceding
        ) as covered_before
        from loads where window_from is not null and settled_to >= window_from
      ), islands as (
        select window_from, settled_to, countif(covered_before is null or window_from > covered_before + 1) over (
            order by window_from, settled_to rows between unbounded preceding and current row
        ) as island
        from ends
      ), covered as (
        select min(window_from) as covered_from, max(settled_to) as covered_to from islands group by island
      ), range_start as (
        select min(range_from) as range_from from loads
      )
      select range_start.range_from as range_from, covered.covered_from as covered_from, covered.covered_to as covered_to
      from range_start left join covered on true
      order by covered.covered_from`;
  }

  async storedConversations(workspaceId: string, range: CoveredRange): Promise<StoredConversations> {
    const rows = await this.#rows(this.storedConversationsSql(range), workspaceId, "read stored conversations");
    return new Map(
      rows.map((row) => [String(row["id"]), storedAsOf(Number(row["updated_at"]), Number(row["fetched_at"]))]),
    );
  }

  storedConversationsSql(range: CoveredRange): string {
    return `select id, unix_seconds(max(updated_at)) as updated_at,
        unix_seconds(array_agg(_fetched_at order by updated_at desc, _fetched_at desc limit 1)[offset(0)]) as fetched_at
      from ${this.#completeRows("conversations", range.from)}
        and updated_at between ${timestamp(range.from)} and ${timestamp(range.to)}
      group by id`;
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    const rows = await this.#rows(this.streamCursorSql(stream), workspaceId, `read the cursor of ${stream}`);
    return numberOf(rows[0]?.["window_to"]);
  }

  streamCursorSql(stream: RawTableName): string {
    return `select unix_seconds(max(window_to)) as window_to from ${this.#table("_loads")}
      where _workspace_id = @workspace and stream = '${stream}' and status = 'complete'`;
  }

  async liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    const rows = await this.#rows(this.liveRecordsSql(table, updatedSince), workspaceId, `read the stored ${table}`);
    return new Map(rows.map((row) => [String(row["id"]), String(row["payload_hash"])]));
  }

  liveRecordsSql(table: RawTableName, updatedSince?: number): string {
    const since = updatedSince === undefined ? "" : `and updated_at >= ${timestamp(updatedSince)}`;
    return `select id, _payload_hash as payload_hash from (${this.#newest(table, updatedSince)})
      where not ${isTombstone(table)} ${since}`;
  }

  async countLive(workspaceId: string, table: RawTableName): Promise<number> {
    const rows = await this.#rows(this.countLiveSql(table), workspaceId, `count the stored ${table}`);
    return Number(rows[0]?.["live"] ?? 0);
  }

  countLiveSql(table: RawTableName): string {
    return `select count(*) as live from (${this.#newest(table, undefined)}) where not ${isTombstone(table)}`;
  }

  async listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    const doing = "read the listed deletions";
    const listed = await this.#rows(this.listedDeletionsSql(), workspaceId, doing);
    if (listed.length === 0) return new Set();
    const seenAgain = await this.#rows(this.seenAfterDeletionSql(), workspaceId, doing);
    const alive = new Set(seenAgain.map((row) => String(row["id"])));
    return new Set(listed.map((row) => String(row["id"])).filter((id) => !alive.has(id)));
  }

  listedDeletionsSql(): string {
    return `select id, max(deleted_at) as deleted_at from ${this.#completeRows("deleted_conversations")}
      and deleted_at is not null group by id`;
  }

  seenAfterDeletionSql(): string {
    return `with deletions as (${this.listedDeletionsSql()}),
      retrieved as (
        select id, max(_fetched_at) as fetched_at from ${this.#completeRows("conversations")} group by id
      )
      select deletions.id as id from deletions inner join retrieved on deletions.id = retrieved.id
      where retrieved.fetched_at > deletions.deleted_at`;
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
        from ${this.#completeRows("_rejected", noticedSince)} and stream = '${stream}' and record_id is not null
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

  async unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    const rows = await this.#rows(this.unseenCountSql(stream), workspaceId, `read the counts of ${stream}`);
    return Number(rows[0]?.["unseen_count"] ?? 0);
  }

  unseenCountSql(stream: RawTableName): string {
    return `select unseen_count from ${this.#table("_loads")}
      where _workspace_id = @workspace and stream = '${stream}' and status = 'complete' and unseen_count is not null
      order by _loaded_at desc limit 1`;
  }

  async status(): Promise<readonly StreamStatus[]> {
    const rows = await this.#rows(this.statusSql(), undefined, "read the status");
    return rows.map((row) => ({
      workspaceId: String(row["workspace_id"]),
      stream: String(row["stream"]),
      rows: Number(row["row_count"]),
      rejected: Number(row["rejected_count"]),
      cursor: numberOf(row["window_to"]),
      lastLoadedAt: numberOf(row["loaded_at"]),
      unseen: Number(row["unseen_count"] ?? 0),
    }));
  }

  statusSql(): string {
    return `with loads as (
        select _workspace_id as workspace_id, stream, row_count, rejected_count, unseen_count, range_from, window_from, window_to, _loaded_at
        from ${this.#table("_loads")} where status = 'complete'
      ), ranges as (
        select workspace_id, min(range_from) as range_from from loads where stream = 'conversations' group by workspace_id
      ), windows as (
        select workspace_id, window_from, window_to, max(window_to) over (
            partition by workspace_id order by window_from, window_to rows between unbounded preceding and 1 preceding
        ) as covered_before
        from loads where stream = 'conversations' and range_from is not null and window_from is not null
      ), runs as (
        select workspace_id, window_from, window_to, countif(window_from > timestamp_add(covered_before, interval 1 second)) over (
            partition by workspace_id order by window_from, window_to rows between unbounded preceding and current row
        ) as gaps_before
        from windows
      ), unbroken as (
        select runs.workspace_id, max(runs.window_to) as window_to
        from runs join ranges on ranges.workspace_id = runs.workspace_id
        where runs.gaps_before = 0
        group by runs.workspace_id having min(runs.window_from) <= min(ranges.range_from)
      )
      select loads.workspace_id, loads.stream, sum(loads.row_count) as row_count, sum(loads.rejected_count) as rejected_count,
          unix_seconds(if(loads.stream = 'conversations', max(unbroken.window_to), max(loads.window_to))) as window_to,
          unix_seconds(max(loads._loaded_at)) as loaded_at, coalesce(max(loads.unseen_count), 0) as unseen_count
      from loads left join unbroken on unbroken.workspace_id = loads.workspace_id
      group by loads.workspace_id, loads.stream order by loads.workspace_id, loads.stream`;
  }

  /** Newest row of each id of a table; with `since`, of those only that can have changed since (epoch seconds). */
  #newest(table: RawTableName, since: number | undefined): string {
    return `select id, updated_at, _payload_hash from ${this.#completeRows(table, since)}
      qualify row_number() over (partition by id order by _fetched_at desc, _loaded_at desc, _load_id desc) = 1`;
  }

  /** `table where …` for the rows that count; loaded for a change since, if given. More conditions can follow. */
  #completeRows(table: RawTableName, changedSince?: number): string {
    const since =
      changedSince === undefined || changedSince < loadedBeforeChangeSeconds
        ? ""
        : `and _loaded_at >= ${timestamp(changedSince - loadedBeforeChangeSeconds)}`;
    return `${this.#table(table)} where _workspace_id = @workspace ${since}
      and _load_id in (
        select _load_id from ${this.#table("_loads")} where _workspace_id = @workspace and status = 'complete' ${since}
      )`;
  }

  #table(name: RawTableName): string {
    const { connection, datasetName, loads } = this.#options;
    if (name === "_loads" && loads !== undefined) return loads;
    return `\`${connection.project}.${datasetName}.${name}\``;
  }

  async #rows(sql: string, workspaceId: string | undefined, doing: string): Promise<readonly ResultRow[]> {
    const { client, connection, effects } = this.#options;
    const [rows] = await retrying(effects, { doing, ...connection }, () =>
      client.query({
        query: sql,
        ...(workspaceId === undefined ? {} : { params: { workspace: workspaceId } }),
        maximumBytesBilled: String(connection.maximumBytesBilled),
        labels: { ...costLabels },
      }),
    );
    return rows;
  }
}

/** By its hash, which costs no look at the payload. */
function isTombstone(table: RawTableName): string {
  const type = tombstoneTypes[table];
  if (type === undefined) return "false";
  return `_payload_hash = substr(to_hex(sha256(concat('{"type":"${type}","id":"', id, '","deleted":true}'))), 1, 32)`;
}

function timestamp(epochSeconds: number): string {
  return `timestamp '${new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace("T", " ")}+00'`;
}

function numberOf(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
