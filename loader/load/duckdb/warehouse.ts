import { rmSync } from "node:fs";
import type { DuckDBValue } from "@duckdb/node-api";
import { type ColumnType, type RawTableName, rawTable, rawTables } from "../raw-tables.ts";
import type { FinishedLoad, SpoolFile } from "../spool.ts";
import {
  type Coverage,
  type CoveredRange,
  type OnComplete,
  type RecheckReason,
  type StoredConversations,
  type StreamStatus,
  storedAsOf,
  type Warehouse,
} from "../warehouse.ts";
import { checkFile } from "./errors.ts";
import { catalog, type DuckDbOptions, DuckDbSession, quoted } from "./session.ts";
import { duckdbTypes, identifier, missingDefinitions } from "./tables.ts";

/** The embedded warehouse: one file, one process at a time. */
export class DuckDbWarehouse implements Warehouse {
  /** Enough parts to fill a row group or two: those go straight into the file, and not by way of the write-ahead log. */
  readonly conversationsPerLoad = 1000;
  readonly #session: DuckDbSession;
  readonly #rawDataset: string;

  private constructor(session: DuckDbSession, rawDataset: string) {
    this.#session = session;
    this.#rawDataset = rawDataset;
  }

  /** Opens the file, or makes it. Errors: ConfigError when it is held by another process or is no DuckDB file; WarehouseError when it can't be written. */
  static async open(options: DuckDbOptions): Promise<DuckDbWarehouse> {
    return new DuckDbWarehouse(await DuckDbSession.open(options), options.rawDataset);
  }

  /**
   * Opens the file to ask for its `status`, and for nothing else. Undefined when nothing has been synced into it: there is
   * no such file, or it has no table of loads. Nothing is made or changed. Errors: as of `open`.
   */
  static async openToRead(options: DuckDbOptions): Promise<DuckDbWarehouse | undefined> {
    if ((await checkFile(options.path)) !== "DuckDB") return undefined;
    const session = await DuckDbSession.openToRead(options);
    const warehouse = new DuckDbWarehouse(session, options.rawDataset);
    try {
      if (await warehouse.#viewLoads()) return warehouse;
    } catch (error) {
      await session.close();
      throw error;
    }
    await session.close();
    return undefined;
  }

  /** A table of loads of an older version lacks columns: they are null then. Whether there is such a table. */
  async #viewLoads(): Promise<boolean> {
    const present = (await this.#columns()).get("_loads");
    if (present === undefined) return false;
    const columns = rawTable("_loads").columns.map(({ name, type }) =>
      present.includes(name) ? name : `cast(null as ${duckdbTypes[type]}) as ${name}`,
    );
    const table = `${catalog}.${identifier(this.#rawDataset)}._loads`;
    await this.#session.run(`create temp view _loads as select ${columns.join(", ")} from ${table}`);
    return true;
  }

  /** The columns that the schema has, by table. */
  async #columns(): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.#session.rows(
      `select table_name, column_name from duckdb_columns() where database_name = '${catalog}' and schema_name = $1`,
      [this.#rawDataset],
    );
    const tables = Map.groupBy(rows, ([table]) => String(table));
    return new Map([...tables].map(([table, each]) => [table, each.map(([, column]) => String(column))]));
  }

  async prepare(): Promise<void> {
    const schema = `${catalog}.${identifier(this.#rawDataset)}`;
    await this.#session.run(`create schema if not exists ${schema}; use ${schema}`);
    const present = await this.#columns();
    const missing = missingDefinitions(present);
    if (missing.length > 0) await this.#session.transaction(missing);
    if (present.size > 0) await this.#removeUnfinishedLoads();
  }

  /**
   * A load's rows are committed together with its row in `_loads`. But rows that fill a row group go straight into the
   * file, and when DuckDB is killed while it writes the rest of the transaction to its log, it has been seen to bring
   * that row group back without the rest when the file is next opened.
   */
  async #removeUnfinishedLoads(): Promise<void> {
    const loadIds = `select _load_id from ${identifier("_loads")}`;
    const loaded = rawTables.filter(
      ({ name, columns }) => name !== "_loads" && columns.some((column) => column.name === "_load_id"),
    );
    for (const { name } of loaded)
      await this.#session.run(`delete from ${identifier(name)} where _load_id not in (${loadIds})`);
  }

  async coverage(workspaceId: string): Promise<Coverage> {
    const rows = await this.#session.rows(
      `select epoch(range_from), epoch(window_from), epoch(least(window_to, settled_to, _loaded_at)) from ${identifier("_loads")}
       where _workspace_id = $1 and stream = 'conversations' and range_from is not null`,
      [workspaceId],
    );
    const settled = rows
      .filter(([, from, to]) => from !== null && to !== null && Number(to) >= Number(from))
      .map(([, from, to]) => ({ from: Number(from), to: Number(to) }));
    const rangeFrom = rows.length === 0 ? undefined : Math.min(...rows.map(([from]) => Number(from)));
    return { rangeFrom, settled };
  }

  async storedConversations(workspaceId: string, range: CoveredRange): Promise<StoredConversations> {
    return this.#session.map(
      `select id, epoch(max(updated_at)), epoch(arg_max(_fetched_at, (updated_at, _fetched_at))) from ${identifier("conversations")}
       where _workspace_id = $1 and updated_at between make_timestamp(cast($2 as bigint) * 1000000) and make_timestamp(cast($3 as bigint) * 1000000) group by id`,
      [workspaceId, BigInt(range.from), BigInt(range.to)],
      ([id, updatedAt, fetchedAt]) => [String(id), storedAsOf(Number(updatedAt), Number(fetchedAt))],
    );
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    const rows = await this.#session.rows(
      `select epoch(max(window_to)) from ${identifier("_loads")} where _workspace_id = $1 and stream = $2`,
      [workspaceId, stream],
    );
    return optionalNumber(rows[0]?.[0]);
  }

  async liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    const since =
      updatedSince === undefined ? "" : `and newest.updated_at >= make_timestamp(${updatedSince * 1_000_000})`;
    return this.#session.map(
      `select id, newest.hash from (${this.#newest(table)}) where not newest.is_gone ${since}`,
      [workspaceId],
      ([id, hash]) => [String(id), String(hash)],
    );
  }

  async countLive(workspaceId: string, table: RawTableName): Promise<number> {
    const rows = await this.#session.rows(`select count(*) from (${this.#newest(table)}) where not newest.is_gone`, [
      workspaceId,
    ]);
    return Number(rows[0]?.[0] ?? 0);
  }

  async listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    const rows = await this.#session.rows(
      `with deletions as (
           select id, max(deleted_at) as deleted_at from ${identifier("deleted_conversations")}
           where _workspace_id = $1 and deleted_at is not null group by id
       ), seen as (
           select id, max(_fetched_at) as fetched_at from ${identifier("conversations")}
           where _workspace_id = $1 and id in (select id from deletions) group by id
       )
       select deletions.id from deletions left join seen on seen.id = deletions.id
       where seen.fetched_at is null or seen.fetched_at <= deletions.deleted_at`,
      [workspaceId],
    );
    return new Set(rows.map(([id]) => String(id)));
  }

  async recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>> {
    const since = `make_timestamp(${Math.floor(noticedSince) * 1_000_000})`;
    const notFound = `select id, 'not_found' as reason, max(_fetched_at) as noticed_at from ${identifier("deleted_conversations")}
           where _workspace_id = $1 group by id having max(deleted_at) is null and min(_fetched_at) >= ${since}
           union all`;
    return this.#session.map(
      `with noticed as (
           ${stream === "conversations" ? notFound : ""}
           select record_id as id, 'rejected' as reason, max(_fetched_at) as noticed_at from ${identifier("_rejected")}
           where _workspace_id = $1 and stream = ${quoted(stream)} and record_id is not null group by record_id
           having min(_fetched_at) >= ${since}
       ), seen as (
           select id, max(_fetched_at) as fetched_at from ${identifier(stream)}
           where _workspace_id = $1 and id in (select id from noticed) group by id
       )
       select noticed.id, arg_max(reason, noticed_at) from noticed left join seen on seen.id = noticed.id
       where seen.fetched_at is null or seen.fetched_at <= noticed.noticed_at group by noticed.id`,
      [workspaceId],
      ([id, reason]) => [String(id), reason === "not_found" ? "not_found" : "rejected"],
    );
  }

  async unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    const rows = await this.#session.rows(
      `select arg_max(unseen_count, _loaded_at) from ${identifier("_loads")}
       where _workspace_id = $1 and stream = $2 and unseen_count is not null`,
      [workspaceId, stream],
    );
    return Number(rows[0]?.[0] ?? 0);
  }

  /** One transaction: the rows of every file, and the load's rows in `_loads`. The files are removed after it. */
  async commit(load: FinishedLoad, onComplete: OnComplete = () => undefined): Promise<void> {
    const files = Map.groupBy(load.files, (file) => file.table);
    await this.#session.transaction([
      ...[...files].map(([table, each]) => insertFiles(table, each)),
      insertLoadRecords(load),
    ]);
    onComplete(load.records);
    for (const file of load.files) rmSync(file.path, { force: true });
  }

  async status(): Promise<readonly StreamStatus[]> {
    const rows = await this.#session.rows(
      `with loads as (
           select * from ${identifier("_loads")}
       ), ranges as (
           select _workspace_id, min(range_from) as range_from from loads where stream = 'conversations' group by all
       ), windows as (
           select _workspace_id, window_from, window_to, max(window_to) over (
               partition by _workspace_id order by window_from, window_to rows between unbounded preceding and 1 preceding
           ) as covered_before
           from loads where stream = 'conversations' and range_from is not null and window_from is not null
       ), runs as (
           select *, count_if(coalesce(window_from > covered_before + interval 1 second, false)) over (
               partition by _workspace_id order by window_from, window_to rows between unbounded preceding and current row
           ) as gaps_before
           from windows
       ), unbroken as (
           select runs._workspace_id, max(window_to) as window_to from runs join ranges using (_workspace_id)
           where gaps_before = 0 group by runs._workspace_id having min(window_from) <= min(ranges.range_from)
       )
       select loads._workspace_id, stream, sum(row_count), sum(rejected_count),
           epoch(if(stream = 'conversations', any_value(unbroken.window_to), max(loads.window_to))), epoch(max(_loaded_at)),
           coalesce(max(unseen_count), 0)
       from loads left join unbroken using (_workspace_id) group by loads._workspace_id, stream order by loads._workspace_id, stream`,
    );
    return rows.map(([workspaceId, stream, count, rejected, cursor, loadedAt, unseen]) => ({
      workspaceId: String(workspaceId),
      stream: String(stream),
      rows: Number(count),
      rejected: Number(rejected),
      cursor: optionalNumber(cursor),
      lastLoadedAt: optionalNumber(loadedAt),
      unseen: Number(unseen),
    }));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  /** What the newest row of each id says, without its payload: tables are long. Parameter 1 is the workspace. */
  #newest(table: RawTableName): string {
    return `select id, arg_max(
        {hash: _payload_hash, is_gone: ${isTombstone}, updated_at: updated_at}, (_fetched_at, _loaded_at, _load_id)
      ) as newest
      from ${identifier(table)} where _workspace_id = $1 group by id`;
  }
}

function insertFiles(table: RawTableName, files: readonly SpoolFile[]): string {
  const columns = rawTable(table).columns;
  const names = columns.map((column) => column.name).join(", ");
  const types = columns.map((column) => `'${column.name}': '${duckdbTypes[column.type]}'`).join(", ");
  const paths = files.map((file) => quoted(file.path)).join(", ");
  const lineBytesMax = Math.max(...files.map((file) => file.lineBytesMax));
  return `insert into ${identifier(table)} (${names}) select ${names} from read_json([${paths}],
    format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${lineBytesMax}, auto_detect = false)`;
}

function insertLoadRecords(load: FinishedLoad): string {
  const { columns } = rawTable("_loads");
  const rows = load.records.map((record) => {
    const values: Readonly<Record<string, string | number | null>> = {
      _load_id: load.id,
      _workspace_id: load.workspaceId,
      run_id: load.runId,
      ...record,
      status: "complete",
      _loaded_at: load.loadedAt,
    };
    return `(${columns.map(({ name, type }) => literal(values[name] ?? null, type)).join(", ")})`;
  });
  return `insert into ${identifier("_loads")} (${columns.map(({ name }) => name).join(", ")}) values ${rows.join(", ")}`;
}

function literal(value: string | number | null, type: ColumnType): string {
  return value === null ? "null" : `cast(${quoted(String(value))} as ${duckdbTypes[type]})`;
}

const isTombstone = `coalesce(try_cast(payload->>'deleted' as boolean), false)`;

function optionalNumber(value: DuckDBValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
