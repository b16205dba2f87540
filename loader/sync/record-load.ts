import { FailedRecordError } from "../errors.ts";
import { isRejected, listedRow, type Rejected, type Row, timestamp, tombstoneRow } from "../extract/rows.ts";
import type { OpenLoad } from "../load/open-load.ts";
import { payloadHash } from "../load/payload-hash.ts";
import type { RawTableName } from "../load/raw-tables.ts";
import { commitLoad, type Run, reject } from "./run.ts";

/** A load of a stream whose records stand on their own: of each only what differs from what is stored is stored again. */
export class RecordLoad {
  readonly #run: Run;
  readonly #stream: RawTableName;
  readonly #load: OpenLoad;
  /** Hash of what is stored, by id. */
  readonly #known: ReadonlyMap<string, string>;
  /** The same of what this load stores: a listing that breaks off begins anew. */
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

  /** How many records were stored before. */
  get known(): number {
    return this.#known.size;
  }

  /**
   * Stores a record unless it is stored already.
   * @param complete makes it whole before it is stored (more requests, only when it changed); undefined when it is gone
   * meanwhile. Its FailedRecordError has the record rejected.
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

  /** Stores a row as it is. */
  add(row: Row, requestedAtSeconds: number): void {
    this.#load.add(this.#stream, row, requestedAtSeconds);
    this.#run.progress.done(this.#stream);
  }

  /** A rejected record is there all the same: it does not count as missing. */
  reject(rejected: Rejected, requestedAtSeconds: number): void {
    this.#rejected += 1;
    if (rejected.id === undefined) this.#hasAnonymous = true;
    else this.#seen.add(rejected.id);
    reject(this.#run, this.#load, rejected, requestedAtSeconds);
  }

  /** Ids that are stored as living and were not offered; none when a record came without its id, which may be one of them. */
  missing(): string[] {
    return this.#hasAnonymous ? [] : [...this.#known.keys()].filter((id) => !this.#seen.has(id));
  }

  /** Records that Intercom has this record no more. @param type what Intercom calls such an object */
  addTombstone(type: string, id: string, requestedAtSeconds: number): void {
    const tombstone = tombstoneRow(type, id);
    this.add({ ...tombstone, _payload_hash: payloadHash(tombstone["payload"]) }, requestedAtSeconds);
  }

  /**
   * @param coveredTo the stream's new cursor, epoch seconds; leave it out when something may be missing
   * @param unseen records that Intercom counts beyond those that it shows; leave it out where nothing was counted
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

  /** Stores what is there when the run ends early: each record is right by itself. */
  async storePartial(): Promise<void> {
    if (!this.#isStored && this.rows + this.#rejected > 0) await this.store();
  }
}
