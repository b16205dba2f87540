import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import type { FinishedLoad } from "../open-load.ts";
import type { RawTableName } from "../raw-tables.ts";
import { Turns } from "../turns.ts";
import type {
  Coverage,
  CoveredRange,
  OnComplete,
  RecheckReason,
  StoredConversations,
  StreamStatus,
  Warehouse,
} from "../warehouse.ts";
import { eachAtOnce } from "./at-once.ts";
import { Batch } from "./batch.ts";
import { type BigQueryConnection, openBigQuery } from "./client.ts";
import { type LoadFile, LoadJobs } from "./jobs.ts";
import { BigQueryLoads } from "./loads.ts";
import { RunLock } from "./lock.ts";
import { BigQueryReads } from "./reads.ts";
import { loadAccepted, type Refused } from "./refused.ts";
import { qualified } from "./sql.ts";
import { prepareTables } from "./tables.ts";

/**
 * A table takes 1,500 load jobs a day. Loads are gathered and stored together at most this often: 720 jobs a day however
 * fast a back-fill is, and two or three a run of a schedule (docs/scale.md).
 */
const storeIntervalMs = 2 * 60_000;
/** Loads that wait are stored before they take more disk than this. */
const waitingBytesMax = 512 * 2 ** 20;
const tablesAtOnceMax = 3;

export type BigQueryOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly stateDirectory: string;
  readonly effects: Effects;
  /** Where process ids mean what they mean here; found out unless told. */
  readonly place?: string;
  /** Told of each row that BigQuery refused; it is in `_rejected` then. */
  readonly onRefused: (stream: RawTableName, id: string | undefined) => void;
};

/**
 * The production warehouse: a dataset of raw tables in BigQuery.
 *
 * A load is *waiting* (its files are in a batch; `commit` ends here), *stored* (load jobs have put its rows into the
 * tables, where nobody looks at them yet) and *complete* (its rows in `_loads` are there, by a load job after all the
 * others; only now is the load counted). Waiting loads become complete together: every two minutes, when they take much
 * disk, before anything is read that they may have, and when the warehouse is closed. Killed before that, the run leaves
 * rows that no `_loads` row names, which nobody ever sees, and the next run fetches those records again.
 *
 * Any number of callers may commit and read at once. One batch is filled at a time. A batch is sealed before it is stored,
 * and batches are stored one after the other in the order in which they were sealed: a load's window may speak for loads
 * before it. After a failure no batch becomes visible any more. A read waits for every batch, sealed or not, that it may
 * concern. Closing stores what waits; then nothing more is taken.
 */
export class BigQueryWarehouse implements Warehouse {
  readonly conversationsPerLoad = 1000;
  readonly #client: BigQuery;
  readonly #options: BigQueryOptions;
  readonly #reads: BigQueryReads;
  readonly #loads: BigQueryLoads;
  readonly #turns = new Turns();
  #jobs: LoadJobs | undefined;
  #lock: RunLock | undefined;
  #filling: Batch | undefined;
  /** Sealed and not over, in the order of storing. */
  readonly #unfinished: Batch[] = [];
  /** Resolves when all batches that were sealed so far are over; never rejects, since the error is kept below. */
  #stored: Promise<void> = Promise.resolve();
  /** Ids of the loads that were committed: one is taken once. */
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
    const { connection, rawDataset: datasetName, effects } = this.#options;
    const client = this.#client;
    const { dataset, location } = await prepareTables(client, connection, datasetName, effects);
    const isCompressed = connection.emulatorHost === undefined;
    this.#jobs = new LoadJobs({ client, dataset, location, project: connection.project, effects, isCompressed });
    if (runId === undefined) return;
    const { place } = this.#options;
    const lockOptions = { client, connection, datasetName, effects, ...(place === undefined ? {} : { place }) };
    this.#lock = await RunLock.take(lockOptions, runId);
  }

  async coverage(workspaceId: string): Promise<Coverage> {
    await this.#whenStored((batch) => batch.hasLoadsOf("conversations"));
    return this.#loads.coverage(workspaceId);
  }

  async storedConversations(workspaceId: string, range: CoveredRange): Promise<StoredConversations> {
    await this.#whenStored((batch) => batch.hasRowsFor("conversations"));
    return this.#reads.storedConversations(workspaceId, range);
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    await this.#whenStored((batch) => batch.hasLoadsOf(stream));
    return this.#loads.streamCursor(workspaceId, stream);
  }

  async liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    await this.#whenStored((batch) => batch.hasRowsFor(table));
    return this.#reads.liveRecords(workspaceId, table, updatedSince);
  }

  async countLive(workspaceId: string, table: RawTableName): Promise<number> {
    await this.#whenStored((batch) => batch.hasRowsFor(table));
    return this.#reads.countLive(workspaceId, table);
  }

  async listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    await this.#whenStored((batch) => batch.hasRowsFor("deleted_conversations", "conversations"));
    return this.#reads.listedAsDeleted(workspaceId);
  }

  async recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>> {
    await this.#whenStored((batch) => batch.hasRowsFor("deleted_conversations", "_rejected", stream));
    return this.#reads.recordsToRecheck(workspaceId, stream, noticedSince);
  }

  async unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    await this.#whenStored((batch) => batch.hasLoadsOf(stream));
    return this.#loads.unseenCount(workspaceId, stream);
  }

  async status(): Promise<readonly StreamStatus[]> {
    await this.#whenStored(() => true);
    return this.#loads.status();
  }

  /**
   * The load waits until the next batch is stored. Errors: WarehouseError of an earlier batch: then this load is not
   * stored either.
   */
  async commit(load: FinishedLoad, onComplete: OnComplete = () => undefined): Promise<void> {
    this.#expectUsable();
    this.#take(load, onComplete);
    // The batches before; this load's may fill up while those are stored, but no third one is begun.
    const before = this.#stored;
    const isLarge = (this.#filling?.bytes ?? 0) >= waitingBytesMax;
    const isDue = this.#options.effects.now() - this.#storedAtMs >= storeIntervalMs;
    // Stored in the background: the next conversations are retrieved meanwhile.
    if (isLarge || (isDue && this.#unfinished.length === 0)) this.#seal();
    if (isLarge) await before;
    this.#throwFailure();
  }

  /** Without an `await`: nobody else comes in between. */
  #take(load: FinishedLoad, onComplete: OnComplete): void {
    if (this.#taken.has(load.id)) throw new Error(`load ${load.id} was committed before`);
    if (this.#filling === undefined) {
      this.#batches += 1;
      this.#filling = Batch.open(load.runId, this.#options.stateDirectory, this.#batches);
    }
    this.#filling.add(load, onComplete);
    this.#taken.add(load.id);
  }

  /**
   * Stores what waits, and frees the lock. Again: the same promise.
   * Errors: WarehouseError; what could not be stored is fetched again next time.
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

  /** Waits until all batches that concern a read are stored, the one that is being filled too. */
  async #whenStored(concerns: (batch: Batch) => boolean): Promise<void> {
    this.#expectUsable();
    if (this.#filling !== undefined && concerns(this.#filling)) this.#seal();
    if (this.#unfinished.some(concerns)) await this.#stored;
    this.#throwFailure();
  }

  /** Ends the filling of the batch, if there is one, and has it stored when its turn comes. */
  #seal(): void {
    const batch = this.#filling;
    if (batch === undefined) return;
    this.#filling = undefined;
    batch.seal();
    this.#storedAtMs = this.#options.effects.now();
    this.#unfinished.push(batch);
    this.#stored = this.#turns.take(() => this.#finish(batch));
  }

  /** Never rejects: the first error is kept, and ends the storing of all that comes after. */
  async #finish(batch: Batch): Promise<void> {
    try {
      // Empty: its only load could not be taken.
      if (this.#failure === undefined && !batch.isEmpty) await this.#store(batch);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#unfinished.splice(this.#unfinished.indexOf(batch), 1);
    // What can't be removed goes with the next run's look around.
    await batch.remove().catch(() => this.#options.effects.log("batch_not_removed"));
  }

  /** All rows, then the rows of `_loads`: until those are there, nobody sees anything of it. */
  async #store(batch: Batch): Promise<void> {
    const jobs = this.#jobs;
    const { workspaceId } = batch;
    if (jobs === undefined || workspaceId === undefined) throw new WarehouseError("The warehouse was not prepared.");
    const refused: Refused[] = [];
    await eachAtOnce(await batch.gather(), tablesAtOnceMax, async (file) => {
      refused.push(...(await loadAccepted(file, (part) => jobs.load(workspaceId, part))));
    });
    if (refused.length > 0) {
      const rows = refused.map(({ row }) => row);
      await this.#storeWhole(jobs, workspaceId, await batch.write("_rejected", "refused.ndjson", rows));
    }
    await this.#lock?.check();
    await this.#storeWhole(jobs, workspaceId, await batch.write("_loads", "_loads.ndjson", batch.loadRows(refused)));
    for (const { stream, id } of refused) {
      this.#options.effects.log("row_refused", { stream, id });
      this.#options.onRefused(stream, id);
    }
    batch.tell(refused);
  }

  /** Rows of our own making: one of them refused is a fault in this program. */
  async #storeWhole(jobs: LoadJobs, workspaceId: string, file: LoadFile): Promise<void> {
    const result = await jobs.load(workspaceId, file);
    if (result.isLoaded) return;
    throw new WarehouseError(
      `BigQuery refused rows for ${file.table}. Compare the table with its definition by \`make doctor\`. Nothing of this load is visible; what was loaded before stays.`,
      { cause: result.problems },
    );
  }

  #expectUsable(): void {
    if (this.#closing !== undefined) throw new Error("the warehouse is closed");
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
