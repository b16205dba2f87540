import { mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import { checkFile, isHeld, openError, removeUnfinished, runError } from "./duckdb-errors.ts";
import { type ColumnType, type RawTableName, rawTable, rawTables } from "./raw-tables.ts";
import { type FinishedLoad, isAlive, type SpoolFile } from "./spool.ts";
import type { Coverage, CoveredRange, StoredConversation, StreamStatus, Warehouse } from "./warehouse.ts";

/** DuckDB's own share of memory; the rest of the process stays below as much again. */
const memoryMegabytes = 64;
const threads = "1";
const catalog = "warehouse";
/** Rows are compressed this many at a time, all columns in memory: with DuckDB's own 122,880 that is hundreds of megabytes. */
const rowsPerGroup = 2048;
/** Room for the longest line of a spool file; DuckDB takes twice this at once. */
const lineBytesMin = 1 << 18;

const duckdbTypes: Readonly<Record<ColumnType, string>> = {
  text: "VARCHAR",
  timestamp: "TIMESTAMP",
  integer: "BIGINT",
  boolean: "BOOLEAN",
  json: "JSON",
};

/** Where DuckDB puts what memory has no room for, with the process id behind it. */
const overflowPrefix = "duckdb-overflow-";

export type DuckDbOptions = { readonly path: string; readonly rawDataset: string; readonly stateDirectory: string };

/** The embedded warehouse: one file, one process at a time. */
export class DuckDbWarehouse implements Warehouse {
  readonly conversationsPerLoad = 500;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #options: DuckDbOptions;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, options: DuckDbOptions) {
    this.#instance = instance;
    this.#connection = connection;
    this.#options = options;
  }

  /** Opens the file, or makes it. Errors: ConfigError when it is held by another process or is no DuckDB file; WarehouseError when it can't be written. */
  static async open(options: DuckDbOptions): Promise<DuckDbWarehouse> {
    await checkFile(options.path);
    try {
      await mkdir(dirname(options.path), { recursive: true });
      await removeOverflow(options.stateDirectory);
      const instance = await DuckDBInstance.create(":memory:", {
        threads,
        memory_limit: `${memoryMegabytes}MB`,
        preserve_insertion_order: "false",
        // A checkpoint would merge the small row groups of many loads, which takes 80 MB and most of the checkpoint's time.
        max_vacuum_tasks: "0",
        // DuckDB's default is a folder that processes in one directory would share, and remove from under each other.
        temp_directory: join(options.stateDirectory, `${overflowPrefix}${process.pid}`),
        // Give freed memory back at once: it would be kept for later, and there is no later.
        allocator_flush_threshold: "4MB",
        allocator_bulk_deallocation_flush_threshold: "4MB",
      });
      const connection = await instance.connect();
      // Attached under a name of our own: the file's name may be that of a schema (intercom.duckdb).
      const attach = `attach ${quoted(options.path)} as ${catalog} (row_group_size ${rowsPerGroup})`;
      await connection.run(attach).catch(async (error: unknown) => {
        if (isHeld(error) || !(await removeUnfinished(options.path))) throw error;
        await connection.run(attach);
      });
      return new DuckDbWarehouse(instance, connection, options);
    } catch (error) {
      throw await openError(error, options);
    }
  }

  async prepare(): Promise<void> {
    const schema = `${catalog}.${identifier(this.#options.rawDataset)}`;
    await this.#run(`create schema if not exists ${schema}`);
    await this.#run(`use ${schema}`);
    for (const table of rawTables) {
      const columns = table.columns.map((column) => `${column.name} ${duckdbTypes[column.type]}`);
      await this.#run(`create table if not exists ${identifier(table.name)} (${columns.join(", ")})`);
      const present = new Set(
        (
          await this.#rows(
            `select column_name from duckdb_columns() where database_name = '${catalog}' and schema_name = $1 and table_name = $2`,
            [this.#options.rawDataset, table.name],
          )
        ).map(String),
      );
      for (const column of table.columns) {
        if (present.has(column.name)) continue;
        await this.#run(`alter table ${identifier(table.name)} add column ${column.name} ${duckdbTypes[column.type]}`);
      }
    }
  }

  async coverage(workspaceId: string): Promise<Coverage> {
    const rows = await this.#rows(
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

  async storedConversations(workspaceId: string, range: CoveredRange): Promise<Map<string, StoredConversation>> {
    const rows = await this.#rows(
      `select id, epoch(max(updated_at)), epoch(arg_max(_fetched_at, (updated_at, _fetched_at))) from ${identifier("conversations")}
       where _workspace_id = $1 and updated_at between make_timestamp(cast($2 as bigint) * 1000000) and make_timestamp(cast($3 as bigint) * 1000000) group by id`,
      [workspaceId, BigInt(range.from), BigInt(range.to)],
    );
    return new Map(
      rows.map(([id, updatedAt, fetchedAt]) => [
        String(id),
        { updatedAt: Number(updatedAt), fetchedAt: Number(fetchedAt) },
      ]),
    );
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    const rows = await this.#rows(
      `select epoch(max(window_to)) from ${identifier("_loads")} where _workspace_id = $1 and stream = $2`,
      [workspaceId, stream],
    );
    return optionalNumber(rows[0]?.[0]);
  }

  async liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    const since = updatedSince === undefined ? "" : `and updated_at >= make_timestamp(${updatedSince * 1_000_000})`;
    const rows = await this.#rows(
      `select id, _payload_hash from (${this.#newest(table)}) where not ${isTombstone} ${since}`,
      [workspaceId],
    );
    return new Map(rows.map(([id, hash]) => [String(id), String(hash)]));
  }

  async countLive(workspaceId: string, table: RawTableName): Promise<number> {
    const rows = await this.#rows(`select count(*) from (${this.#newest(table)}) where not ${isTombstone}`, [
      workspaceId,
    ]);
    return Number(rows[0]?.[0] ?? 0);
  }

  async listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    const rows = await this.#rows(
      `select id from ${identifier("deleted_conversations")} as deletion
       where _workspace_id = $1 and deleted_at is not null
       group by id
       having not exists (
           select 1 from ${identifier("conversations")} as conversation
           where conversation._workspace_id = $1 and conversation.id = deletion.id
           and conversation._fetched_at > max(deletion.deleted_at)
       )`,
      [workspaceId],
    );
    return new Set(rows.map(([id]) => String(id)));
  }

  /** One transaction: the rows of every file, and the load's rows in `_loads`. The files are removed after it. */
  async commit(load: FinishedLoad): Promise<void> {
    await this.#run("begin transaction");
    try {
      for (const file of load.files) await this.#appendFile(file);
      for (const record of load.records) await this.#appendLoadRecord(load, record);
      await this.#run("commit");
    } catch (error) {
      await this.#connection.run("rollback").catch(() => undefined);
      throw error;
    }
    for (const file of load.files) await rm(file.path, { force: true });
  }

  async status(workspaceId: string | undefined): Promise<readonly StreamStatus[]> {
    const filter = workspaceId === undefined ? "" : "where _workspace_id = $1";
    const rows = await this.#rows(
      `select stream, sum(row_count), sum(rejected_count), epoch(max(window_to)), epoch(max(_loaded_at)) from ${identifier("_loads")} ${filter} group by stream order by stream`,
      workspaceId === undefined ? [] : [workspaceId],
    );
    return rows.map(([stream, count, rejected, cursor, loadedAt]) => ({
      stream: String(stream),
      rows: Number(count),
      rejected: Number(rejected),
      cursor: optionalNumber(cursor),
      lastLoadedAt: optionalNumber(loadedAt),
    }));
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #appendFile(file: SpoolFile): Promise<void> {
    const columns = rawTable(file.table).columns;
    const names = columns.map((column) => column.name).join(", ");
    const types = columns.map((column) => `'${column.name}': '${duckdbTypes[column.type]}'`).join(", ");
    const lineBytes = Math.max(lineBytesMin, file.lineBytesMax);
    // A body of many megabytes needs more than all others, once.
    const needed = memoryMegabytes + Math.ceil((4 * lineBytes) / 2 ** 20);
    if (lineBytes > 2 ** 22) await this.#run(`set memory_limit = '${needed}MB'`);
    await this.#run(
      `insert into ${identifier(file.table)} (${names}) select ${names} from read_json(${quoted(file.path)},
       format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${lineBytes}, auto_detect = false)`,
    );
  }

  async #appendLoadRecord(load: FinishedLoad, record: FinishedLoad["records"][number]): Promise<void> {
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
    await this.#run(
      `insert into ${identifier("_loads")} (${columns.map((column) => column.name).join(", ")}) values (${parameters.join(", ")})`,
      columns.map((column) => values[column.name] ?? null),
    );
  }

  /** Newest row of each id of a table, its rows being from complete loads by construction. Parameter 1 is the workspace. */
  #newest(table: RawTableName): string {
    return `select * from ${identifier(table)} where _workspace_id = $1
      qualify row_number() over (partition by id order by _fetched_at desc, _loaded_at desc, _load_id desc) = 1`;
  }

  async #run(sql: string, values: readonly DuckDBValue[] = []): Promise<void> {
    await this.#guarded(() => this.#connection.run(sql, [...values]));
  }

  async #rows(sql: string, values: readonly DuckDBValue[] = []): Promise<DuckDBValue[][]> {
    return this.#guarded(async () => (await this.#connection.runAndReadAll(sql, [...values])).getRows());
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw runError(error, this.#options.path);
    }
  }
}

/** Removes what killed processes left of DuckDB's overflow. */
async function removeOverflow(stateDirectory: string): Promise<void> {
  const names = await readdir(stateDirectory).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(overflowPrefix)) continue;
    const pid = Number(name.slice(overflowPrefix.length));
    if (pid === process.pid || !isAlive(pid)) await rm(join(stateDirectory, name), { recursive: true, force: true });
  }
}

const isTombstone = `coalesce(try_cast(payload->>'deleted' as boolean), false)`;

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function optionalNumber(value: DuckDBValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
