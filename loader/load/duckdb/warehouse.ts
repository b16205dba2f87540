import { rmSync } from "node:fs";
import type { ArchiveStore } from "../archive/store.ts";
import type { LineFile } from "../line-file.ts";
import { loadRowsOf } from "../loads.ts";
import type { FinishedLoad } from "../open-load.ts";
import { type ColumnType, type RawTableName, rawTable, rawTables } from "../raw-tables.ts";
import type {
  Coverage,
  CoveredRange,
  FetchedConversations,
  OnComplete,
  PurgedRecord,
  RecheckReason,
  StoredThreads,
  StreamStatus,
  ThreadTable,
  Warehouse,
} from "../warehouse.ts";
import { DuckDbArchive } from "./archive.ts";
import { DuckDbLoads } from "./loads.ts";
import { DuckDbReads } from "./reads.ts";
import { type DuckDbOptions, DuckDbSession } from "./session.ts";
import { catalog, columnTypes, identifier, qualified, text } from "./sql.ts";
import { knownVersion, missingDefinitions, presentColumns, versionStatements } from "./tables.ts";

/** The embedded warehouse: one file, one process at a time. */
export class DuckDbWarehouse implements Warehouse {
  /** Enough parts to fill a row group or two: full row groups go straight into the file, past the write-ahead log. */
  readonly threadsPerLoad = 1000;
  readonly #session: DuckDbSession;
  readonly #options: DuckDbOptions;
  readonly #reads: DuckDbReads;
  readonly #loads: DuckDbLoads;

  private constructor(session: DuckDbSession, options: DuckDbOptions) {
    this.#session = session;
    this.#options = options;
    this.#reads = new DuckDbReads(session);
    this.#loads = new DuckDbLoads(session);
  }

  /**
   * Opens the file, or makes it.
   * Errors: ConfigError when another process holds the file or the file is not DuckDB's; WarehouseError when it can't be
   * written.
   */
  static async open(options: DuckDbOptions): Promise<DuckDbWarehouse> {
    return new DuckDbWarehouse(await DuckDbSession.open(options), options);
  }

  async prepare(): Promise<void> {
    const { rawDataset } = this.#options;
    const version = await knownVersion(this.#session, this.#options);
    const schema = qualified(catalog, rawDataset);
    await this.#session.run(`create schema if not exists ${schema}; use ${schema}`);
    const present = await presentColumns(this.#session, rawDataset);
    const missing = [...missingDefinitions(present), ...versionStatements(version)];
    if (missing.length > 0) await this.#session.transaction(missing);
    if (present.size > 0) await this.#removeUnfinishedLoads();
  }

  /**
   * A load's rows and its row in `_loads` are one transaction. But a full row group goes straight into the file, past the
   * log. DuckDB was once killed while it wrote the rest of the transaction to its log. The next run found that row group
   * alone.
   */
  async #removeUnfinishedLoads(): Promise<void> {
    const loadIds = `select _load_id from ${identifier("_loads")}`;
    const loaded = rawTables.filter(
      ({ name, columns }) => name !== "_loads" && columns.some((column) => column.name === "_load_id"),
    );
    for (const { name } of loaded)
      await this.#session.run(`delete from ${identifier(name)} where _load_id not in (${loadIds})`);
  }

  coverage(workspaceId: string, stream: RawTableName): Promise<Coverage> {
    return this.#loads.coverage(workspaceId, stream);
  }

  storedThreads(workspaceId: string, table: ThreadTable, range: CoveredRange): Promise<StoredThreads> {
    return this.#reads.storedThreads(workspaceId, table, range);
  }

  purgedRecords(workspaceId: string, record: PurgedRecord, changedSince: number): Promise<ReadonlyMap<string, number>> {
    return this.#reads.purgedRecords(workspaceId, record, changedSince);
  }

  fetchedConversations(workspaceId: string, which: FetchedConversations): Promise<readonly string[]> {
    return this.#reads.fetchedConversations(workspaceId, which);
  }

  liveTickets(workspaceId: string, changedSince: number): Promise<Map<string, number>> {
    return this.#reads.liveTickets(workspaceId, changedSince);
  }

  streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    return this.#loads.streamCursor(workspaceId, stream);
  }

  liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    return this.#reads.liveRecords(workspaceId, table, updatedSince);
  }

  liveRecordsOf(
    workspaceId: string,
    tables: readonly RawTableName[],
  ): Promise<ReadonlyMap<RawTableName, ReadonlyMap<string, string>>> {
    return this.#reads.liveRecordsOf(workspaceId, tables);
  }

  countLive(workspaceId: string, table: RawTableName): Promise<number> {
    return this.#reads.countLive(workspaceId, table);
  }

  countConversations(workspaceId: string): Promise<number> {
    return this.#reads.countConversations(workspaceId);
  }

  listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    return this.#reads.listedAsDeleted(workspaceId);
  }

  recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>> {
    return this.#reads.recordsToRecheck(workspaceId, stream, noticedSince);
  }

  newestLoadMs(): Promise<number | undefined> {
    return this.#loads.newestLoadMs();
  }

  unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    return this.#loads.unseenCount(workspaceId, stream);
  }

  /** One transaction: the rows of every file, and the load's rows in `_loads`. The files are removed after it. */
  async commit(load: FinishedLoad, onComplete: OnComplete = () => undefined): Promise<void> {
    const files = Map.groupBy(load.files, (file) => file.table);
    await this.#session.transaction([
      ...[...files].map(([table, each]) => insertFiles(table, each)),
      insertLoadRows(load),
    ]);
    onComplete(load.records);
    for (const file of load.files) rmSync(file.path, { force: true });
  }

  async archiveStore(): Promise<ArchiveStore> {
    return new DuckDbArchive(this.#session, (table, files) => this.#session.transaction([insertFiles(table, files)]));
  }

  status(): Promise<readonly StreamStatus[]> {
    return this.#loads.status();
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

function insertFiles(table: RawTableName, files: readonly LineFile[]): string {
  const columns = rawTable(table).columns;
  const names = columns.map((column) => column.name).join(", ");
  const types = columns.map((column) => `'${column.name}': '${columnTypes[column.type]}'`).join(", ");
  const paths = files.map((file) => text(file.path)).join(", ");
  const lineBytesMax = Math.max(...files.map((file) => file.lineBytesMax));
  return `insert into ${identifier(table)} (${names}) select ${names} from read_json([${paths}],
    format = 'newline_delimited', columns = {${types}}, maximum_object_size = ${lineBytesMax}, auto_detect = false)`;
}

function insertLoadRows(load: FinishedLoad): string {
  const { columns } = rawTable("_loads");
  const rows = loadRowsOf(load).map(
    (row) => `(${columns.map(({ name, type }) => literal(row[name] ?? null, type)).join(", ")})`,
  );
  return `insert into ${identifier("_loads")} (${columns.map(({ name }) => name).join(", ")}) values ${rows.join(", ")}`;
}

function literal(value: unknown, type: ColumnType): string {
  return value === null ? "null" : `cast(${text(String(value))} as ${columnTypes[type]})`;
}
