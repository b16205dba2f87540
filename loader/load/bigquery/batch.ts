import { copyFileSync, createReadStream, createWriteStream, renameSync, statSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { WarehouseError } from "../../errors.ts";
import { writeJson } from "../../json.ts";
import { makeFolder, onDisk, onDiskAtOnce } from "../disk.ts";
import type { LineFile } from "../line-file.ts";
import { loadRowsOf } from "../loads.ts";
import type { FinishedLoad, LoadRecord, SpoolFile } from "../open-load.ts";
import { type RawRow, type RawTableName, rawTable } from "../raw-tables.ts";
import { ownerFile } from "../run-owner.ts";
import type { LoadFile } from "./jobs.ts";
import type { Refused } from "./refused.ts";

type BatchState = "filling" | "sealed" | "storing" | "removed";

/** The states from which a batch may enter each state. */
const statesBefore: Readonly<Record<BatchState, readonly BatchState[]>> = {
  filling: [],
  sealed: ["filling"],
  storing: ["sealed"],
  removed: ["sealed", "storing"],
};

/** A load of a batch, and the caller to tell when it is complete. */
type Entry = { readonly load: FinishedLoad; readonly onComplete: (records: readonly LoadRecord[]) => void };

/**
 * Loads that wait to be stored together, since BigQuery rations load jobs. Their files are in a folder beside the run's spool
 * folder. An owner file says whose folder it is, so that a later run can remove the folder of a killed run.
 *
 * States:
 * - *filling*: takes loads. It takes a load without an `await`, with all its files or none, whoever else calls meanwhile.
 * - *sealed*, by `seal`: takes no more loads, and waits until the earlier batches are over.
 * - *storing*, by `gather`: its files become one file a table, which are sent. The batch becomes visible whole or not at all.
 * - *removed*, by `remove`: it was stored, or given up. Nothing of it is on disk.
 */
export class Batch {
  readonly #runId: string;
  readonly #directory: string;
  readonly #entries: Entry[] = [];
  readonly #files: SpoolFile[] = [];
  #state: BatchState = "filling";
  #bytes = 0;

  private constructor(runId: string, directory: string) {
    this.#runId = runId;
    this.#directory = directory;
  }

  /** @param number of the batch in its run, from 1 */
  static open(runId: string, stateDirectory: string, number: number): Batch {
    const runFolder = join(stateDirectory, "spool", runId);
    const directory = `${runFolder}.batch-${number}`;
    onDiskAtOnce(directory, () => makeFolder(directory));
    try {
      copyFileSync(join(runFolder, ownerFile), join(directory, ownerFile));
    } catch {
      // A test's load has no run with an owner file.
    }
    return new Batch(runId, directory);
  }

  get state(): BatchState {
    return this.#state;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whose the load jobs are: the workspace's. A run that stores loads of other runs, as a replay does, owns its jobs itself. */
  get owner(): string | undefined {
    const first = this.#entries[0]?.load;
    return first === undefined || first.runId === this.#runId ? first?.workspaceId : this.#runId;
  }

  /** Whether the batch has rows for one of the tables. */
  hasRowsFor(...tables: readonly RawTableName[]): boolean {
    // BigQuery says only later which rows it refuses.
    if (tables.includes("_rejected")) return this.#files.length > 0;
    return this.#files.some(({ table }) => tables.includes(table));
  }

  /** Whether the batch has rows of `_loads` for the stream. */
  hasLoadsOf(stream: RawTableName): boolean {
    return this.#entries.some(({ load }) => load.records.some((record) => record.stream === stream));
  }

  /**
   * Takes a load over, with its files.
   * Errors: WarehouseError; nothing of the load is in the batch.
   */
  add(load: FinishedLoad, onComplete: Entry["onComplete"]): void {
    this.#expect("filling");
    const taken: SpoolFile[] = [];
    let bytes = 0;
    for (const file of load.files) {
      const path = join(this.#directory, basename(file.path));
      onDiskAtOnce(path, () => {
        bytes += statSync(file.path).size;
        renameSync(file.path, path);
      });
      taken.push({ ...file, path });
    }
    this.#files.push(...taken);
    this.#bytes += bytes;
    this.#entries.push({ load, onComplete });
  }

  seal(): void {
    this.#enter("sealed");
  }

  /** Joins the loads' files to one file a table, and removes them. */
  async gather(): Promise<readonly LoadFile[]> {
    this.#enter("storing");
    const gathered: LoadFile[] = [];
    for (const [table, files] of Map.groupBy(this.#files, (file) => file.table)) {
      const path = join(this.#directory, `${table}.ndjson`);
      gathered.push(await joined(table, files, path));
    }
    return gathered;
  }

  /** Writes rows into a new file of the batch. */
  async write(table: RawTableName, name: string, rows: readonly RawRow[]): Promise<LoadFile> {
    this.#expect("storing");
    const path = join(this.#directory, basename(name));
    await onDisk(path, () => writeFile(path, rows.map((row) => `${writeJson(row)}\n`).join("")));
    return { table, path, rows: rows.length };
  }

  /** The rows of `_loads` that make the batch's loads count. Refused rows are not counted as stored. */
  loadRows(refused: readonly Refused[]): RawRow[] {
    return this.#entries.flatMap(({ load }) =>
      loadRowsOf(load, acceptedRecords(load, refused)).map((row) => columnsOnly("_loads", row)),
    );
  }

  /** Tells each caller that its load is complete, and how many rows it has. */
  tell(refused: readonly Refused[]): void {
    this.#expect("storing");
    for (const { load, onComplete } of this.#entries) onComplete(acceptedRecords(load, refused));
  }

  async remove(): Promise<void> {
    this.#enter("removed");
    await rm(this.#directory, { recursive: true, force: true });
  }

  #enter(state: BatchState): void {
    if (!statesBefore[state].includes(this.#state))
      throw new Error(`a batch that is ${this.#state} can't become ${state}`);
    this.#state = state;
  }

  #expect(state: BatchState): void {
    if (this.#state !== state) throw new Error(`the batch is ${this.#state}, not ${state}`);
  }
}

/** Joins files to one, and removes them. Errors: WarehouseError. */
export async function joined(table: RawTableName, files: readonly LineFile[], path: string): Promise<LoadFile> {
  await onDisk(path, async () => {
    for (const file of files) {
      await pipeline(createReadStream(file.path), createWriteStream(path, { flags: "a" }));
      await rm(file.path, { force: true });
    }
  });
  return { table, path, rows: files.reduce((rows, file) => rows + file.rows, 0) };
}

/** What was stored of a load: its records without the refused rows. */
function acceptedRecords(load: FinishedLoad, refused: readonly Refused[]): LoadRecord[] {
  return load.records.map((record) => {
    const lost = refused.filter(({ loadId, stream }) => loadId === load.id && stream === record.stream).length;
    return { ...record, row_count: record.row_count - lost, rejected_count: record.rejected_count + lost };
  });
}

function columnsOnly(table: RawTableName, row: RawRow): RawRow {
  const names = new Set(rawTable(table).columns.map(({ name }) => name));
  const unknown = Object.keys(row).filter((name) => !names.has(name));
  if (unknown.length > 0) throw new WarehouseError(`${table} has no column ${unknown.join(", ")}. Please report it.`);
  return row;
}
