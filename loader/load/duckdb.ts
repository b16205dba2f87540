import { rm } from "node:fs/promises";
import type { DuckDBValue } from "@duckdb/node-api";
import { catalog, type DuckDbOptions, DuckDbSession, quoted, type RunStatement } from "./duckdb-session.ts";
import { type Column, type ColumnType, type RawTableName, rawTable, rawTables } from "./raw-tables.ts";
import type { FinishedLoad, SpoolFile } from "./spool.ts";
import {
  type Coverage,
  type CoveredRange,
  type StoredConversations,
  type StreamStatus,
  storedAsOf,
  type Warehouse,
} from "./warehouse.ts";

const duckdbTypes: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  timestamp: "TIMESTAMP",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  json: "JSON",
};

/**
 * How columns are compressed. Left to itself, DuckDB tries every way on every row group, and none of those that it tries for
 * text makes anything of payloads longer than 4 KB. What is named must be known to every format of its files that may come
 * (dictionary is not).
 */
const compressions: Readonly<Partial<Record<ColumnType, string>>> = {
  text: "zstd",
  timestamp: "bitpacking",
  json: "zstd",
};

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

  async prepare(): Promise<void> {
    const schema = `${catalog}.${identifier(this.#rawDataset)}`;
    await this.#session.run(`create schema if not exists ${schema}`);
    await this.#session.run(`use ${schema}`);
    for (const table of rawTables) {
      const columns = table.columns.map(columnDefinition);
      await this.#session.run(`create table if not exists ${identifier(table.name)} (${columns.join(", ")})`);
      const present = new Set(
        (
          await this.#session.rows(
            `select column_name from duckdb_columns() where database_name = '${catalog}' and schema_name = $1 and table_name = $2`,
            [this.#rawDataset, table.name],
          )
        ).map(String),
      );
      for (const column of table.columns) {
        if (present.has(column.name)) continue;
        await this.#session.run(`alter table ${identifier(table.name)} add column ${columnDefinition(column)}`);
      }
    }
    await this.#removeUnfinishedLoads();
  }

  /**
   * A load's rows are committed together with its row in `_loads`. But rows that fill a row group go straight into the
   * file, and when DuckDB is killed while it writes the rest of the transaction to its log, it has been seen to bring
   * that row group back without the rest when the file is next opened.
   */
  async #removeUnfinishedLoads(): Promise<void> {
    const loadIds = `select _load_id from ${identifier("_loads")}`;
    for (const { name, columns } of rawTables) {
      const isLoaded = name !== "_loads" && columns.some((column) => column.name === "_load_id");
      if (isLoaded) await this.#session.run(`delete from ${identifier(name)} where _load_id not in (${loadIds})`);
    }
  }

  async coverage(workspaceId: string): Promise<Coverage> {
    const rows = await this.#session.rows(
      `select epoch(range_from), epoch(window_from), epoch(least(window_to, settled_to)) from ${identifier("_loads")}
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

  async doubtedDeletions(workspaceId: string, noticedSince: number): Promise<Set<string>> {
    const rows = await this.#session.rows(
      `with noticed as (
           select id, max(_fetched_at) as noticed_at from ${identifier("deleted_conversations")}
           where _workspace_id = $1 group by id
           having max(deleted_at) is null and min(_fetched_at) >= make_timestamp(cast($2 as bigint) * 1000000)
       ), seen as (
           select id, max(_fetched_at) as fetched_at from ${identifier("conversations")}
           where _workspace_id = $1 and id in (select id from noticed) group by id
       )
       select noticed.id from noticed left join seen on seen.id = noticed.id
       where seen.fetched_at is null or seen.fetched_at <= noticed.noticed_at`,
      [workspaceId, BigInt(noticedSince)],
    );
    return new Set(rows.map(([id]) => String(id)));
  }

  /** One transaction: the rows of every file, and the load's rows in `_loads`. The files are removed after it. */
  async commit(load: FinishedLoad): Promise<void> {
    await this.#session.transaction(async (run) => {
      for (const [table, files] of Map.groupBy(load.files, (file) => file.table)) await appendFiles(run, table, files);
      for (const record of load.records) await appendLoadRecord(run, load, record);
    });
    for (const file of load.files) await rm(file.path, { force: true });
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
           epoch(if(stream = 'conversations', any_value(unbroken.window_to), max(loads.window_to))), epoch(max(_loaded_at))
       from loads left join unbroken using (_workspace_id) group by loads._workspace_id, stream order by loads._workspace_id, stream`,
    );
    return rows.map(([workspaceId, stream, count, rejected, cursor, loadedAt]) => ({
      workspaceId: String(workspaceId),
      stream: String(stream),
      rows: Number(count),
      rejected: Number(rejected),
      cursor: optionalNumber(cursor),
      lastLoadedAt: optionalNumber(loadedAt),
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

async function appendFiles(run: RunStatement, table: RawTableName, files: readonly SpoolFile[]): Promise<void> {
  const columns = rawTable(table).columns;
  const names = columns.map((column) => column.name).join(", ");
  const types = columns.map((column) => `'${column.name}': '${duckdbTypes[column.type]}'`).join(", ");
  const paths = files.map((file) => quoted(file.path)).join(", ");
  const lineBytesMax = Math.max(...files.map((file) => file.lineBytesMax));
  await run(
    `insert into ${identifier(table)} (${names}) select ${names} from read_json([${paths}],
     format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${lineBytesMax}, auto_detect = false)`,
  );
}

async function appendLoadRecord(
  run: RunStatement,
  load: FinishedLoad,
  record: FinishedLoad["records"][number],
): Promise<void> {
  const values: Readonly<Record<string, string | number | null>> = {
    _load_id: load.id,
    _workspace_id: load.workspaceId,
    run_id: load.runId,
    ...record,
    status: "complete",
    _loaded_at: load.loadedAt,
  };
  const columns = rawTable("_loads").columns.filter((column) => column.name in values);
  const parameters = columns.map((column, index) => `cast($${index + 1} as ${duckdbTypes[column.type]})`);
  await run(
    `insert into ${identifier("_loads")} (${columns.map((column) => column.name).join(", ")}) values (${parameters.join(", ")})`,
    columns.map((column) => values[column.name] ?? null),
  );
}

function columnDefinition({ name, type }: Column): string {
  const compression = compressions[type];
  return `${name} ${duckdbTypes[type]}${compression === undefined ? "" : ` using compression ${compression}`}`;
}

const isTombstone = `coalesce(try_cast(payload->>'deleted' as boolean), false)`;

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function optionalNumber(value: DuckDBValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
