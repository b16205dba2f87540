import { createReadStream, createWriteStream } from "node:fs";
import { copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { WarehouseError } from "../errors.ts";
import { writeJson } from "../json.ts";
import type { LoadFile } from "./bigquery-jobs.ts";
import type { Refused } from "./bigquery-refused.ts";
import { type RawRow, type RawTableName, rawTable } from "./raw-tables.ts";
import { type FinishedLoad, ownerFile } from "./spool.ts";

/**
 * Loads that wait to be stored together, since load jobs are rationed: one file a table, on disk. It lies beside the
 * run's spool folder with a mark of whose it is, so that the next run removes what a killed one left.
 */
export class Batch {
  readonly #directory: string;
  readonly #loads: FinishedLoad[] = [];
  readonly #files = new Map<RawTableName, { path: string; rows: number }>();
  #bytes = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  /** @param number tells apart the batches of a run */
  static async open(load: FinishedLoad, stateDirectory: string, number: number): Promise<Batch> {
    const runFolder = join(stateDirectory, "spool", load.runId);
    const directory = `${runFolder}.batch-${number}`;
    await mkdir(directory, { recursive: true });
    // Without the run's own mark (a load of a test) there is nobody to tell.
    await copyFile(join(runFolder, ownerFile), join(directory, ownerFile)).catch(() => undefined);
    return new Batch(directory);
  }

  get loads(): readonly FinishedLoad[] {
    return this.#loads;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get files(): readonly LoadFile[] {
    return [...this.#files].map(([table, file]) => ({ table, ...file }));
  }

  /** Takes a load over: its files are gone afterwards. */
  async add(load: FinishedLoad): Promise<void> {
    for (const file of load.files) {
      const gathered = this.#files.get(file.table) ?? { path: join(this.#directory, `${file.table}.ndjson`), rows: 0 };
      const { size } = await stat(file.path);
      await pipeline(createReadStream(file.path), createWriteStream(gathered.path, { flags: "a" }));
      this.#files.set(file.table, { path: gathered.path, rows: gathered.rows + file.rows });
      this.#bytes += size;
      await rm(file.path, { force: true });
    }
    this.#loads.push(load);
  }

  /** A file of rows beside the others. */
  async write(table: RawTableName, name: string, rows: readonly RawRow[]): Promise<LoadFile> {
    const path = join(this.#directory, basename(name));
    await writeFile(path, rows.map((row) => `${writeJson(row)}\n`).join(""));
    return { table, path, rows: rows.length };
  }

  /** The rows that make the batch's loads count, less what was refused. */
  loadRows(refused: readonly Refused[]): RawRow[] {
    return this.#loads.flatMap((load) =>
      load.records.map((record) => {
        const lost = refused.filter(({ loadId, stream }) => loadId === load.id && stream === record.stream).length;
        return columnsOnly("_loads", {
          _load_id: load.id,
          _workspace_id: load.workspaceId,
          run_id: load.runId,
          ...record,
          row_count: record.row_count - lost,
          rejected_count: record.rejected_count + lost,
          status: "complete",
          _loaded_at: load.loadedAt,
        });
      }),
    );
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function columnsOnly(table: RawTableName, row: RawRow): RawRow {
  const names = new Set(rawTable(table).columns.map(({ name }) => name));
  const unknown = Object.keys(row).filter((name) => !names.has(name));
  if (unknown.length > 0) throw new WarehouseError(`${table} has no column ${unknown.join(", ")}. Please report it.`);
  return row;
}
