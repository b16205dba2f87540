import type { BigQuery } from "@google-cloud/bigquery";
import type { Effects } from "../effects.ts";
import { WarehouseError } from "../errors.ts";
import { Batch } from "./bigquery-batch.ts";
import { type BigQueryConnection, openBigQuery } from "./bigquery-client.ts";
import { type LoadFile, LoadJobs } from "./bigquery-jobs.ts";
import { RunLock } from "./bigquery-lock.ts";
import { BigQueryReads } from "./bigquery-reads.ts";
import { loadAccepted, type Refused } from "./bigquery-refused.ts";
import { prepareTables } from "./bigquery-tables.ts";
import type { RawTableName } from "./raw-tables.ts";
import { type FinishedLoad, runOfProcess } from "./spool.ts";
import type {
  Coverage,
  CoveredRange,
  RecheckReason,
  StoredConversations,
  StreamStatus,
  Warehouse,
} from "./warehouse.ts";

/**
 * A table takes 1,500 load jobs a day. Loads are gathered and stored together at most this often: 720 jobs a day however
 * fast a back-fill is, and two or three a run of a schedule (docs/scale.md).
 */
const storeIntervalMs = 2 * 60_000;
/** Loads that wait are stored before they take more disk than this. */
const waitingBytesMax = 512 * 2 ** 20;
const tablesAtOnce = 3;

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
 * A load is *waiting* (its rows lie in files on disk; `commit` only adds it), *stored* (load jobs have put its rows into
 * the tables, where nobody looks at them yet) and *complete* (its rows in `_loads` are there, by a load job after all the
 * others). Waiting loads become complete together: every two minutes, when they take much disk, before anything is read
 * that they may have, and when the warehouse is closed. Killed before that, the run leaves rows that no `_loads` row
 * names, which nobody ever sees, and the next run fetches those records again.
 */
export class BigQueryWarehouse implements Warehouse {
  readonly conversationsPerLoad = 1000;
  readonly #client: BigQuery;
  readonly #options: BigQueryOptions;
  readonly #reads: BigQueryReads;
  #jobs: LoadJobs | undefined;
  #lock: RunLock | undefined;
  #waiting: Batch | undefined;
  #batches = 0;
  #storedAtMs: number;
  /** The batch that is being stored, if any; never rejects, since the error is kept below. */
  #storing: Promise<void> = Promise.resolve();
  #isStoring = false;
  #failure: { readonly error: unknown } | undefined;

  private constructor(client: BigQuery, options: BigQueryOptions) {
    this.#client = client;
    this.#options = options;
    this.#storedAtMs = options.effects.now();
    const { connection, rawDataset: datasetName, effects } = options;
    this.#reads = new BigQueryReads({ client, connection, datasetName, effects });
  }

  /** Errors: WarehouseError when there are no credentials. */
  static async open(options: BigQueryOptions): Promise<BigQueryWarehouse> {
    return new BigQueryWarehouse(await openBigQuery(options.connection), options);
  }

  /** Makes what is missing. A run of this process also takes the run lock. Errors: ConfigError when another run has it. */
  async prepare(): Promise<void> {
    const { connection, rawDataset: datasetName, stateDirectory, effects } = this.#options;
    const client = this.#client;
    const { dataset, location } = await prepareTables(client, connection, datasetName, effects);
    const isCompressed = connection.emulatorHost === undefined;
    this.#jobs = new LoadJobs({ client, dataset, location, project: connection.project, effects, isCompressed });
    const run = await runOfProcess(stateDirectory, process.pid);
    if (run === undefined) return;
    const { place } = this.#options;
    const lockOptions = { client, connection, datasetName, effects, ...(place === undefined ? {} : { place }) };
    this.#lock = await RunLock.take(lockOptions, run.runId);
  }

  async coverage(workspaceId: string): Promise<Coverage> {
    await this.#storeWaiting();
    return this.#reads.coverage(workspaceId);
  }

  async storedConversations(workspaceId: string, range: CoveredRange): Promise<StoredConversations> {
    await this.#storeWaiting("conversations");
    return this.#reads.storedConversations(workspaceId, range);
  }

  async streamCursor(workspaceId: string, stream: RawTableName): Promise<number | undefined> {
    await this.#storeWaiting(stream);
    return this.#reads.streamCursor(workspaceId, stream);
  }

  async liveRecords(workspaceId: string, table: RawTableName, updatedSince?: number): Promise<Map<string, string>> {
    await this.#storeWaiting(table);
    return this.#reads.liveRecords(workspaceId, table, updatedSince);
  }

  async countLive(workspaceId: string, table: RawTableName): Promise<number> {
    await this.#storeWaiting(table);
    return this.#reads.countLive(workspaceId, table);
  }

  async listedAsDeleted(workspaceId: string): Promise<Set<string>> {
    await this.#storeWaiting("deleted_conversations");
    return this.#reads.listedAsDeleted(workspaceId);
  }

  async recordsToRecheck(
    workspaceId: string,
    stream: RawTableName,
    noticedSince: number,
  ): Promise<Map<string, RecheckReason>> {
    await this.#storeWaiting("deleted_conversations");
    await this.#storeWaiting("_rejected");
    return this.#reads.recordsToRecheck(workspaceId, stream, noticedSince);
  }

  async unseenCount(workspaceId: string, stream: RawTableName): Promise<number> {
    await this.#storeWaiting(stream);
    return this.#reads.unseenCount(workspaceId, stream);
  }

  async status(): Promise<readonly StreamStatus[]> {
    await this.#storeWaiting();
    return this.#reads.status();
  }

  /** The load waits until the next batch is stored. Errors: WarehouseError of an earlier batch. */
  async commit(load: FinishedLoad): Promise<void> {
    this.#throwFailure();
    if (this.#waiting === undefined) {
      this.#batches += 1;
      this.#waiting = await Batch.open(load, this.#options.stateDirectory, this.#batches);
    }
    await this.#waiting.add(load);
    const isDue = this.#options.effects.now() - this.#storedAtMs >= storeIntervalMs;
    if (this.#waiting.bytes >= waitingBytesMax) await this.#storing;
    // Stored in the background: the next conversations are retrieved meanwhile.
    if ((isDue || this.#waiting.bytes >= waitingBytesMax) && !this.#isStoring) this.#beginStoring();
    this.#throwFailure();
  }

  /** Stores what waits, and frees the lock. Errors: WarehouseError; what could not be stored is fetched again next time. */
  async close(): Promise<void> {
    try {
      await this.#storeWaiting();
    } finally {
      await this.#waiting?.remove();
      this.#waiting = undefined;
      await this.#lock?.release();
      this.#lock = undefined;
    }
  }

  /** @param stream only if the loads that wait have something of it */
  async #storeWaiting(stream?: RawTableName): Promise<void> {
    await this.#storing;
    this.#throwFailure();
    const concerns = this.#waiting?.loads.some(
      (load) =>
        stream === undefined ||
        load.files.some(({ table }) => table === stream) ||
        load.records.some((record) => record.stream === stream),
    );
    if (concerns !== true) return;
    this.#beginStoring();
    await this.#storing;
    this.#throwFailure();
  }

  #beginStoring(): void {
    const batch = this.#waiting;
    if (batch === undefined) return;
    this.#waiting = undefined;
    this.#storedAtMs = this.#options.effects.now();
    this.#isStoring = true;
    this.#storing = this.#store(batch)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(async () => {
        this.#isStoring = false;
        await batch.remove();
      });
  }

  /** All rows, then the rows of `_loads`: until those are there, nobody sees anything of it. */
  async #store(batch: Batch): Promise<void> {
    const jobs = this.#jobs;
    const workspaceId = batch.loads[0]?.workspaceId;
    if (jobs === undefined || workspaceId === undefined) throw new WarehouseError("The warehouse was not prepared.");
    const refused: Refused[] = [];
    await eachOf(batch.files, async (file) => {
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

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/**
 * Works on some files at once. After a failure no other is begun, and it is thrown only when those under way have ended:
 * the caller removes the files then.
 */
async function eachOf(files: readonly LoadFile[], work: (file: LoadFile) => Promise<void>): Promise<void> {
  const waiting = [...files];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      try {
        await work(file);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: tablesAtOnce }, worker));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
