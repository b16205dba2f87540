import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import type { ArchiveStore } from "../archive/store.ts";
import type { FinishedLoad } from "../open-load.ts";
import type { RawTableName } from "../raw-tables.ts";
import { Turns } from "../turns.ts";
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
import { BigQueryArchive } from "./archive.ts";
import { Batch } from "./batch.ts";
import { type BigQueryConnection, openBigQuery } from "./client.ts";
import { LoadJobs } from "./jobs.ts";
import { BigQueryLoads } from "./loads.ts";
import { RunLock } from "./lock.ts";
import { BigQueryReads } from "./reads.ts";
import { qualified } from "./sql.ts";
import { storeBatch } from "./store-batch.ts";
import { prepareTables } from "./tables.ts";

/**
 * A table takes 1,500 load jobs a day. Loads are stored together at most this often: that is 720 jobs a day in the fastest
 * back-fill. A scheduled run takes two or three (docs/scale.md).
 */
const storeIntervalMs = 2 * 60_000;
/** Waiting loads are stored before they take more disk than this. */
const waitingBytesMax = 512 * 2 ** 20;

export type BigQueryOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly stateDirectory: string;
  readonly effects: Effects;
  /** The machine and container of this process, where its id is unique; a test may say another one. */
  readonly place?: string;
  /** Called for each row that BigQuery refused: the row is in `_rejected` then. */
  readonly onRefused: (stream: RawTableName, id: string | undefined) => void;
};

/**
 * The production warehouse: a dataset of raw tables in BigQuery.
 *
 * A load is *waiting*: its files are in a batch, and `commit` ends here. Then it is *stored*: load jobs have put its rows into
 * the tables, where nobody counts them yet. Then it is *complete*: a last load job has put its rows into `_loads`.
 * Waiting loads become complete together: every two minutes, when they take much disk, before a read that they may concern,
 * and when the warehouse is closed. A run that is killed earlier leaves rows that no row of `_loads` names. Nobody ever sees
 * them, and the next run fetches their records again.
 *
 * Any number of callers may commit and read at once. One batch is filled at a time. A batch is sealed before it is stored.
 * Batches are stored one after the other, in the order of sealing: a load's window may rely on earlier loads. After a
 * failure no batch becomes visible any more. A read waits for every batch that it may concern, sealed or not. Closing stores
 * all waiting loads, and then nothing more is taken.
 */
export class BigQueryWarehouse implements Warehouse {
  readonly threadsPerLoad = 1000;
  readonly #client: BigQuery;
  readonly #options: BigQueryOptions;
  readonly #reads: BigQueryReads;
  readonly #loads: BigQueryLoads;
  readonly #turns = new Turns();
  #jobs: LoadJobs | undefined;
  #runId = ""; // The run that holds the warehouse. A replay is one, and stores loads of other runs.
  #lock: RunLock | undefined;
  #filling: Batch | undefined;
  /** Batches that are sealed and not over, in the order of storing. */
  readonly #unfinished: Batch[] = [];
  /** Resolves when all batches that were sealed so far are over. Never rejects: `#failure` keeps the error. */
  #stored: Promise<void> = Promise.resolve();
  /** Ids of the committed loads: a load is taken once. */
  readonly #taken = new Set<string>();
  #batches = 0;
  #storedAtMs: number;
  #failure: { readonly error: unknown } | undefined;
  #closing: Promise<void> | undefined;

  private constructor(client: BigQuery, options: BigQueryOptions) {
    this.#client = client;
    this.#options = options;
    this.#storedAtMs = options.effects.now();
    const { connection, rawDataset: datasetName, effects } = options;
    const context = { client, connection, effects };
    this.#reads = new BigQueryReads(context, datasetName);
    this.#loads = new BigQueryLoads(context, qualified(connection.project, datasetName, "_loads"));
  }

  /** Errors: WarehouseError when there are no credentials. */
  static async open(options: BigQueryOptions): Promise<BigQueryWarehouse> {
    return new BigQueryWarehouse(await openBigQuery(options.connection), options);
  }

  async prepare(runId?: string): Promise<void> {
    const { connection, rawDataset: datasetName, effects, place } = this.#options;
    const client = this.#client;
    const { dataset, location } = await prepareTables(client, connection, datasetName, effects);
    const isCompressed = connection.emulatorHost === undefined;
    this.#jobs = new LoadJobs({ client, dataset, location, project: connection.project, effects, isCompressed });
    if (runId === undefined) return;
    this.#runId = runId;
    const lockOptions = { client, connection, datasetName, effects, ...(place === undefined ? {} : { place }) };
    this.#lock = await RunLock.take(lockOptions, runId);
  }

  async coverage(workspaceId: string, stream: RawTableName): Promise<Coverage> {
    await this.#whenStored((batch) => batch.hasLoadsOf(stream));
    return this.#loads.coverage(workspaceId, stream);
  }

  storedThreads(workspaceId: string, table: ThreadTable, range: CoveredRange): Promise<StoredThreads> {
    return this.#afterRows([table], () => this.#reads.storedThreads(workspaceId, table, range));
  }

  purgedRecords(workspaceId: string, record: PurgedRecord, changedSince: number): Promise<ReadonlyMap<string, number>> {
    return this.#reads.purgedRecords(workspaceId, record, changedSince);
  }

  fetchedConversations(workspaceId: string, which: FetchedConversations): Promise<readonly string[]> {
    return this.#afterRows(["conversations"], () => this.#reads.fetchedConversations(workspaceId, which));
  }

  liveTickets(workspaceId: string, changedSince: number): Promise<Map<string, number>> {
    return this.#afterRows(["tickets"], () => this.#reads.liveTickets(workspaceId, changedSince));
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    await this.#whenStored((batch) => batch.hasLoadsOf(stream));
    return this.#loads.streamCursor(workspaceId, stream);
  }

  liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    return this.#afterRows([table], () => this.#reads.liveRecords(workspaceId, table, updatedSince));
  }

  liveRecordsOf(
    workspaceId: string,
    tables: readonly RawTableName[],
  ): Promise<ReadonlyMap<RawTableName, ReadonlyMap<string, string>>> {
    return this.#afterRows(tables, () => this.#reads.liveRecordsOf(workspaceId, tables));
  }

  countLive(workspaceId: string, table: RawTableName): Promise<number> {
    return this.#afterRows([table], () => this.#reads.countLive(workspaceId, table));
  }

  countConversations(workspaceId: string): Promise<number> {
    return this.#afterRows(["deleted_conversations", "conversations"], () =>
      this.#reads.countConversations(workspaceId),
    );
  }

  listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    return this.#afterRows(["deleted_conversations", "conversations"], () => this.#reads.listedAsDeleted(workspaceId));
  }

  recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>> {
    return this.#afterRows(["deleted_conversations", "_rejected", stream], () =>
      this.#reads.recordsToRecheck(workspaceId, stream, noticedSince),
    );
  }

  async newestLoadMs(): Promise<number | undefined> {
    await this.#whenStored(() => true);
    return this.#loads.newestLoadMs();
  }

  async unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    await this.#whenStored((batch) => batch.hasLoadsOf(stream));
    return this.#loads.unseenCount(workspaceId, stream);
  }

  async status(): Promise<readonly StreamStatus[]> {
    await this.#whenStored(() => true);
    return this.#loads.status();
  }

  async archiveStore(): Promise<ArchiveStore> {
    await this.#whenStored(() => true);
    const { connection, rawDataset: datasetName, effects } = this.#options;
    const [client, jobs, lock, runId] = [this.#client, this.#jobs, this.#lock, this.#runId];
    return new BigQueryArchive({ client, datasetName, connection, effects, jobs, lock, runId });
  }

  /**
   * The load waits until its batch is stored. Errors: WarehouseError of an earlier batch; this load is not stored either.
   */
  async commit(load: FinishedLoad, onComplete: OnComplete = () => undefined): Promise<void> {
    this.#expectUsable();
    this.#take(load, onComplete);
    // Earlier batches. This load's batch may fill up while they are stored, but no third batch is begun.
    const before = this.#stored;
    const isLarge = (this.#filling?.bytes ?? 0) >= waitingBytesMax;
    const isDue = this.#options.effects.now() - this.#storedAtMs >= storeIntervalMs;
    // Storing goes on in the background while the next conversations are retrieved.
    if (isLarge || (isDue && this.#unfinished.length === 0)) this.#seal();
    if (isLarge) await before;
    this.#throwFailure();
  }

  /** Without an `await`, so that no other caller comes in between. */
  #take(load: FinishedLoad, onComplete: OnComplete): void {
    if (this.#taken.has(load.id)) throw new Error(`load ${load.id} was committed before`);
    if (this.#filling === undefined) {
      this.#batches += 1;
      this.#filling = Batch.open(this.#runId || load.runId, this.#options.stateDirectory, this.#batches);
    }
    this.#filling.add(load, onComplete);
    this.#taken.add(load.id);
  }

  /**
   * Stores all waiting loads, and frees the lock. Further calls get the same promise.
   * Errors: WarehouseError; the next run fetches again what could not be stored.
   */
  close(): Promise<void> {
    this.#closing ??= this.#storeAndRelease();
    return this.#closing;
  }

  async #storeAndRelease(): Promise<void> {
    try {
      this.#seal();
      await this.#stored;
      this.#throwFailure();
    } finally {
      await this.#lock?.release();
    }
  }

  /** Reads once every batch with rows of these tables is stored. */
  async #afterRows<T>(tables: readonly RawTableName[], read: () => Promise<T>): Promise<T> {
    await this.#whenStored((batch) => batch.hasRowsFor(...tables));
    return read();
  }

  /** Waits until all batches that concern a read are stored, the filling one too. */
  async #whenStored(concerns: (batch: Batch) => boolean): Promise<void> {
    this.#expectUsable();
    if (this.#filling !== undefined && concerns(this.#filling)) this.#seal();
    if (this.#unfinished.some(concerns)) await this.#stored;
    this.#throwFailure();
  }

  /** Seals the filling batch, if there is one. It is stored in its turn. */
  #seal(): void {
    const batch = this.#filling;
    if (batch === undefined) return;
    this.#filling = undefined;
    batch.seal();
    this.#storedAtMs = this.#options.effects.now();
    this.#unfinished.push(batch);
    this.#stored = this.#turns.take(() => this.#finish(batch));
  }

  /** Never rejects: the first error is kept, and no later batch is stored. */
  async #finish(batch: Batch): Promise<void> {
    try {
      // A batch is empty when its only load could not be taken.
      if (this.#failure === undefined && !batch.isEmpty) await this.#store(batch);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#unfinished.splice(this.#unfinished.indexOf(batch), 1);
    // The next run removes what is left.
    await batch.remove().catch(() => this.#options.effects.log("batch_not_removed"));
  }

  async #store(batch: Batch): Promise<void> {
    const jobs = this.#jobs;
    if (jobs === undefined) throw new WarehouseError("The warehouse was not prepared.");
    const { effects, onRefused } = this.#options;
    await storeBatch(batch, { jobs, lock: this.#lock, effects, onRefused });
  }

  #expectUsable(): void {
    if (this.#closing !== undefined) throw new Error("the warehouse is closed");
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
