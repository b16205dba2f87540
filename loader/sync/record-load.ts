import { FailedRecordError } from "../errors.ts";
import { isRejected, listedRow, type Rejected, type Row, timestamp, tombstoneRow } from "../extract/rows.ts";
import type { LoadRecord, OpenLoad } from "../load/open-load.ts";
import { payloadHash } from "../load/payload-hash.ts";
import { type RawTableName, rawTable } from "../load/raw-tables.ts";
import { commitLoad, type Run, reject } from "./run.ts";

/** Rows in one load: a run that ends early keeps the loads before. */
const rowsPerLoad = 4000;

/** Begins the hash of a record that is not stored whole: no record's own hash begins so. */
const incomplete = "incomplete-";

/** A record that is new, or differs from the stored one. */
export type Changed = {
  readonly record: unknown;
  readonly key: string;
  readonly row: Row;
  readonly hash: string;
  readonly requestedAtSeconds: number;
};

export type LookOptions = {
  /** The record's id, where its own `id` does not count; null where nothing else makes one. */
  readonly id?: string | null | undefined;
  /** The id of the record that the entry belongs to. */
  readonly ownerId?: string;
  /** Part of the hash: the record counts as changed when this changes. */
  readonly salt?: string | undefined;
};

/** Loads of a stream of independent records. A record is stored only if it differs from the stored one. */
export class RecordLoad {
  readonly #run: Run;
  readonly #stream: RawTableName;
  #load: OpenLoad;
  /** Hashes of stored records, by key. */
  readonly #known: ReadonlyMap<string, string>;
  /** Hashes of this run's records, by key: a listing that breaks off starts again. */
  readonly #stored = new Map<string, string>();
  readonly #seen = new Set<string>();
  #rejected = 0;
  #hasAnonymous = false;
  #isStored = false;

  /** @param known hashes of stored records, as `Warehouse.liveRecords` gives them */
  constructor(run: Run, stream: RawTableName, known: ReadonlyMap<string, string>) {
    this.#run = run;
    this.#stream = stream;
    this.#known = known;
    this.#load = run.spool.begin(run.effects.now());
  }

  /** Records that were stored before. */
  get known(): number {
    return this.#known.size;
  }

  /** Takes note of a record. @returns what is new about it; undefined where it is stored already, or is rejected */
  look(record: unknown, requestedAtSeconds: number, options: LookOptions = {}): Changed | undefined {
    const row =
      options.id === null
        ? { stream: this.#stream, id: undefined, reason: "id: nothing makes one", record }
        : listedRow(this.#stream, record, options.id);
    if (isRejected(row)) {
      this.reject(row, requestedAtSeconds, options.ownerId);
      return undefined;
    }
    const key = keyOf(String(row["id"]), options.ownerId);
    const hash = payloadHash(options.salt === undefined ? record : [record, options.salt]);
    this.#seen.add(key);
    if ((this.#stored.get(key) ?? this.#known.get(key)) === hash) return undefined;
    return { record, key, row: { ...row, ...this.#ownerOf(key) }, hash, requestedAtSeconds };
  }

  /** Stores a record that is new or changed. @param payload what is stored of it */
  put({ key, row, hash, requestedAtSeconds }: Changed, payload: unknown): void {
    this.#stored.set(key, hash);
    this.#load.add(this.#stream, { ...row, payload, _payload_hash: hash }, requestedAtSeconds);
    this.#run.progress.done(this.#stream);
  }

  /**
   * Stores a record as the list has it, where the rest cannot be read now. It counts as changed until it is stored whole. One
   * that is stored whole already stays as it is.
   */
  putIncomplete(changed: Changed): void {
    const stored = this.#stored.get(changed.key) ?? this.#known.get(changed.key);
    const hash = `${incomplete}${payloadHash(changed.record).slice(incomplete.length)}`;
    if (stored === hash || stored?.startsWith(incomplete) === false) return;
    this.put({ ...changed, hash }, changed.record);
  }

  /**
   * Stores a record unless it is already stored.
   * @param complete adds what the record lacks, by more requests, once it is known to have changed. It gives undefined for a
   * record that is gone meanwhile; its FailedRecordError rejects the record
   */
  async addIfChanged(
    record: unknown,
    requestedAtSeconds: number,
    complete: (record: unknown) => Promise<unknown> = async (whole) => whole,
  ): Promise<void> {
    const changed = this.look(record, requestedAtSeconds);
    if (changed === undefined) return;
    try {
      const payload = await complete(record);
      if (payload !== undefined) this.put(changed, payload);
    } catch (error) {
      this.rejectFailed(changed, error);
    }
  }

  /** Adds a row as it is. */
  add(row: Row, requestedAtSeconds: number): void {
    this.#load.add(this.#stream, row, requestedAtSeconds);
    this.#run.progress.done(this.#stream);
  }

  /** Rejects a changed record that could not be completed. Errors: the error, unless it is a FailedRecordError. */
  rejectFailed({ key, record }: Pick<Changed, "key" | "record">, error: unknown): void {
    if (!(error instanceof FailedRecordError)) throw error;
    this.reject({ stream: this.#stream, id: key, reason: error.message, record }, this.#run.serverSeconds());
  }

  /**
   * Rejects a record. It exists all the same, so it does not count as missing.
   * @param ownerId the record that the entry belongs to: a purge finds the rejected entry by it
   */
  reject(rejected: Rejected, requestedAtSeconds: number, ownerId?: string): void {
    this.#rejected += 1;
    if (rejected.id === undefined) this.#hasAnonymous = true;
    else this.#seen.add(keyOf(rejected.id, ownerId));
    const named = ownerId === undefined ? rejected : { ...rejected, id: keyOf(rejected.id ?? "", ownerId) };
    reject(this.#run, this.#load, named, requestedAtSeconds);
  }

  /**
   * Keys of stored records that did not come. None where a record came without an id: it may be one of them.
   * @param among keys to look at; all of them when left out
   */
  missing(among: Iterable<string> = this.#known.keys()): string[] {
    return this.#hasAnonymous ? [] : [...among].filter((key) => !this.#seen.has(key));
  }

  /** Records that Intercom no longer has a record. */
  addTombstone(key: string, requestedAtSeconds: number): void {
    const { owner, objectType = this.#stream } = rawTable(this.#stream);
    const id = owner === undefined ? key : key.slice(key.indexOf("/") + 1);
    const tombstone = { ...tombstoneRow(objectType, id), ...this.#ownerOf(key) };
    this.#seen.add(key);
    this.add({ ...tombstone, _payload_hash: payloadHash(tombstone["payload"]) }, requestedAtSeconds);
  }

  /** The column of the record that an entry belongs to. */
  #ownerOf(key: string): Row {
    const { owner } = rawTable(this.#stream);
    return owner === undefined ? {} : { [owner]: key.slice(0, key.indexOf("/")) };
  }

  /** Stores the rows so far once they are many: each is right by itself. */
  async storeIfFull(): Promise<void> {
    if (this.#load.rowsOf(this.#stream) >= rowsPerLoad) await this.#commit();
  }

  /**
   * @param coveredTo the stream's new cursor, epoch seconds; left out where records may be missing
   * @param unseen records that Intercom counts and never shows; left out where nothing was counted
   */
  async store(coveredTo?: number, unseen?: number): Promise<void> {
    this.#isStored = true;
    await this.#commit({
      window_to: timestamp(coveredTo),
      ...(unseen === undefined ? {} : { unseen_count: unseen }),
    });
  }

  /**
   * Stores the rows of lists that belong to conversations.
   * @param fetchedTo the lists of every conversation in the range that was fetched until then are read; left out where some
   * are not. Epoch seconds, as the start of the range
   */
  async storeCovering(rangeFrom: number, fetchedTo?: number): Promise<void> {
    this.#isStored = true;
    const [from, to] = [timestamp(rangeFrom), timestamp(fetchedTo)];
    const window = { window_from: to === null ? null : from, window_to: to, settled_to: to };
    await this.#commit({ range_from: from, ...window });
  }

  /** Stores the records so far when the run ends early: each is right by itself. */
  async storePartial(): Promise<void> {
    if (!this.#isStored && this.#load.rowsOf(this.#stream) + this.#rejected > 0) await this.store();
  }

  async #commit(covers: Partial<LoadRecord> = {}): Promise<void> {
    const load = this.#load;
    const record = {
      stream: this.#stream,
      row_count: load.rowsOf(this.#stream),
      rejected_count: this.#rejected,
      window_to: null,
      ...covers,
    };
    this.#load = this.#run.spool.begin(this.#run.effects.now());
    this.#rejected = 0;
    await commitLoad(this.#run, load, [record]);
  }
}

/** The key of an entry: ids of entries may be unique only within the record that they belong to. */
function keyOf(id: string, ownerId: string | undefined): string {
  return ownerId === undefined ? id : `${ownerId}/${id}`;
}
