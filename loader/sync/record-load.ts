import { FailedRecordError } from "../errors.ts";
import { isRejected, listedRow, type Rejected, type Row, timestamp, tombstoneRow } from "../extract/rows.ts";
import type { OpenLoad } from "../load/open-load.ts";
import { payloadHash } from "../load/payload-hash.ts";
import type { RawTableName } from "../load/raw-tables.ts";
import { commitLoad, type Run, reject } from "./run.ts";

/** A load of a stream of independent records. A record is stored only if it differs from the stored one. */
export class RecordLoad {
  readonly #run: Run;
  readonly #stream: RawTableName;
  readonly #load: OpenLoad;
  /** Hashes of stored records, by id. */
  readonly #known: ReadonlyMap<string, string>;
  /** Hashes of this load's records, by id: a listing that breaks off starts again. */
  readonly #stored = new Map<string, string>();
  readonly #seen = new Set<string>();
  #rejected = 0;
  #hasAnonymous = false;
  #isStored = false;

  constructor(run: Run, stream: RawTableName, known: ReadonlyMap<string, string>) {
    this.#run = run;
    this.#stream = stream;
    this.#known = known;
    this.#load = run.spool.begin(run.effects.now());
  }

  get rows(): number {
    return this.#load.rowsOf(this.#stream);
  }

  /** Records that were stored before. */
  get known(): number {
    return this.#known.size;
  }

  /**
   * Stores a record unless it is already stored.
   * @param complete adds what the record lacks, by more requests, once it is known to have changed. It gives undefined for a
   * record that is gone meanwhile; its FailedRecordError rejects the record
   */
  async addIfChanged(
    record: unknown,
    requestedAtSeconds: number,
    complete?: (record: unknown) => Promise<unknown>,
  ): Promise<void> {
    const row = listedRow(this.#stream, record);
    if (isRejected(row)) return this.reject(row, requestedAtSeconds);
    const id = String(row["id"]);
    const hash = payloadHash(record);
    this.#seen.add(id);
    if ((this.#stored.get(id) ?? this.#known.get(id)) === hash) return;
    try {
      const payload = complete === undefined ? record : await complete(record);
      if (payload === undefined) return;
      this.#stored.set(id, hash);
      this.#load.add(this.#stream, { ...row, payload, _payload_hash: hash }, requestedAtSeconds);
      this.#run.progress.done(this.#stream);
    } catch (error) {
      if (!(error instanceof FailedRecordError)) throw error;
      this.reject({ stream: this.#stream, id, reason: error.message, record }, this.#run.serverSeconds());
    }
  }

  /** Adds a row as it is. */
  add(row: Row, requestedAtSeconds: number): void {
    this.#load.add(this.#stream, row, requestedAtSeconds);
    this.#run.progress.done(this.#stream);
  }

  /** Rejects a record. It exists all the same, so it does not count as missing. */
  reject(rejected: Rejected, requestedAtSeconds: number): void {
    this.#rejected += 1;
    if (rejected.id === undefined) this.#hasAnonymous = true;
    else this.#seen.add(rejected.id);
    reject(this.#run, this.#load, rejected, requestedAtSeconds);
  }

  /** Stored ids that did not come. None where a record came without an id: it may be one of them. */
  missing(): string[] {
    return this.#hasAnonymous ? [] : [...this.#known.keys()].filter((id) => !this.#seen.has(id));
  }

  /** Records that Intercom no longer has a record. @param type Intercom's name for such an object */
  addTombstone(type: string, id: string, requestedAtSeconds: number): void {
    const tombstone = tombstoneRow(type, id);
    this.add({ ...tombstone, _payload_hash: payloadHash(tombstone["payload"]) }, requestedAtSeconds);
  }

  /**
   * @param coveredTo the stream's new cursor, epoch seconds; left out where records may be missing
   * @param unseen records that Intercom counts and never shows; left out where nothing was counted
   */
  async store(coveredTo?: number, unseen?: number): Promise<void> {
    this.#isStored = true;
    await commitLoad(this.#run, this.#load, [
      {
        stream: this.#stream,
        row_count: this.rows,
        rejected_count: this.#rejected,
        window_to: timestamp(coveredTo),
        ...(unseen === undefined ? {} : { unseen_count: unseen }),
      },
    ]);
  }

  /** Stores the records so far when the run ends early: each is right by itself. */
  async storePartial(): Promise<void> {
    if (!this.#isStored && this.rows + this.#rejected > 0) await this.store();
  }
}
