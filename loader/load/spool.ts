import { createHash } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { JsonMembers, writeJson } from "../json.ts";
import { loadIdOf } from "../run-id.ts";
import {
  isOver,
  type Onlooker,
  ownerFile,
  placeOfProcesses,
  processStartOf,
  type RunOwner,
  runOwners,
} from "../run-owner.ts";
import { onDisk } from "./disk.ts";
import { type LineFile, LineWriter } from "./line-file.ts";
import type { RawRow, RawTableName } from "./raw-tables.ts";

/** One file of a load: newline-delimited JSON for one raw table, which may have several. */
export type SpoolFile = LineFile & { readonly table: RawTableName };

/** What a load did for one stream: a row of `_loads`, but for the columns that every row has. */
export type LoadRecord = {
  readonly stream: RawTableName;
  readonly row_count: number;
  readonly rejected_count: number;
  readonly unseen_count?: number;
  readonly range_from?: string | null;
  readonly window_from?: string | null;
  readonly window_to?: string | null;
  readonly settled_to?: string | null;
};

/** A load whose files are whole and on disk. */
export type FinishedLoad = {
  readonly id: string;
  readonly runId: string;
  readonly workspaceId: string;
  readonly loadedAt: string;
  readonly files: readonly SpoolFile[];
  readonly records: readonly LoadRecord[];
};

type Provenance = { readonly workspaceId: string; readonly runId: string; readonly loadedAt: string };

/**
 * A run's folder of spool files, `<state>/spool/<run id>/`. It exists while the run does; what a killed run left is
 * removed by a later one, since nothing in it was promised to anybody: a load counts once the warehouse has it.
 */
export class Spool {
  readonly #stateDirectory: string;
  readonly #directory: string;
  readonly #provenance: Provenance;
  readonly #onlooker: Onlooker;
  #loads = 0;

  private constructor(stateDirectory: string, directory: string, provenance: Provenance, onlooker: Onlooker) {
    this.#stateDirectory = stateDirectory;
    this.#directory = directory;
    this.#provenance = provenance;
    this.#onlooker = onlooker;
  }

  /**
   * Makes the run's folder. Those of others are left alone: the run may not hold its warehouse yet.
   * @param warehouse what `warehouseIdentity` says of the warehouse that the run writes into
   */
  static async open(stateDirectory: string, provenance: Provenance, warehouse?: string): Promise<Spool> {
    const directory = join(stateDirectory, "spool", provenance.runId);
    const place = await placeOfProcesses();
    const owner: RunOwner = {
      pid: process.pid,
      runId: provenance.runId,
      startedAt: provenance.loadedAt,
      place,
      processStart: await processStartOf(process.pid),
      warehouse,
    };
    await onDisk(directory, async () => {
      await mkdir(dirname(directory), { recursive: true });
      await mkdir(directory);
      await writeFile(join(directory, ownerFile), JSON.stringify(owner));
    });
    return new Spool(stateDirectory, directory, provenance, { place, warehouse });
  }

  /**
   * Removes the folders of runs that are over. Call it only while the run holds its warehouse: then every other run that
   * held the same one is over. Returns the folders' names.
   */
  async removeEnded(): Promise<readonly string[]> {
    const root = dirname(this.#directory);
    return onDisk(root, async () => {
      // By the clock that stamps the files, which may be another machine's.
      const nowMs = (await stat(join(this.#directory, ownerFile))).mtimeMs;
      const removed: string[] = [];
      for (const [name, owner] of await runOwners(this.#stateDirectory)) {
        if (owner?.runId === this.#provenance.runId) continue;
        const folder = join(root, name);
        if (!(await isOver(owner, this.#onlooker, nowMs - (await lastChangeMs(folder))))) continue;
        await rm(folder, { recursive: true, force: true });
        removed.push(name);
      }
      return removed;
    });
  }

  /** A new load, empty. */
  begin(loadedAtMs: number): OpenLoad {
    this.#loads += 1;
    const loadedAt = new Date(loadedAtMs).toISOString();
    return new OpenLoad(loadIdOf(this.#provenance.runId, this.#loads), this.#directory, {
      ...this.#provenance,
      loadedAt,
    });
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/**
 * A load that is being written.
 *
 * States: *open* (takes rows), *finished* (its files are whole and belong to whoever commits them), *broken* (a row could
 * not be written: what is there is not what was to be stored, so the load can only be discarded), *discarded*.
 */
export class OpenLoad {
  readonly id: string;
  readonly #directory: string;
  readonly #provenance: Provenance;
  readonly #writers = new Map<RawTableName, LineWriter>();
  #fetchedAtSeconds: number | undefined;
  #provenanceEnd = Buffer.alloc(0);
  #state: "open" | "finished" | "broken" | "discarded" = "open";
  #failure: unknown;

  constructor(id: string, directory: string, provenance: Provenance) {
    this.id = id;
    this.#directory = directory;
    this.#provenance = provenance;
  }

  /**
   * Adds a row.
   * @param fetchedAtSeconds Intercom's clock when the record was asked for
   * Errors: WarehouseError when it could not be written; the load is broken then.
   */
  add(table: RawTableName, row: RawRow | JsonMembers, fetchedAtSeconds: number): void {
    this.#orBroken(() => this.#write(table, row, fetchedAtSeconds));
  }

  #write(table: RawTableName, row: RawRow | JsonMembers, fetchedAtSeconds: number): void {
    let writer = this.#writers.get(table);
    if (writer === undefined) {
      writer = new LineWriter((number) => join(this.#directory, `${this.id}.${table}.${number}.ndjson`));
      this.#writers.set(table, writer);
    }
    const members = row instanceof JsonMembers ? row : new JsonText(writeJson(row).slice(1, -1));
    writer.write(members, this.#provenanceOf(fetchedAtSeconds));
  }

  /** The columns that every row has, as the end of its JSON. The same for all parts of a thread: made once for them. */
  #provenanceOf(fetchedAtSeconds: number): Buffer {
    if (this.#fetchedAtSeconds !== fetchedAtSeconds) {
      this.#fetchedAtSeconds = fetchedAtSeconds;
      const columns = writeJson({
        _workspace_id: this.#provenance.workspaceId,
        _load_id: this.id,
        _fetched_at: `${new Date(fetchedAtSeconds * 1000).toISOString().slice(0, 19)}Z`,
        _loaded_at: this.#provenance.loadedAt,
      });
      this.#provenanceEnd = Buffer.from(`,${columns.slice(1)}`);
    }
    return this.#provenanceEnd;
  }

  rowsOf(table: RawTableName): number {
    return this.#writers.get(table)?.lines ?? 0;
  }

  /** Closes the files. Nothing can be added any more. Errors: those of a write, of this one or an earlier one. */
  finish(records: readonly LoadRecord[]): FinishedLoad {
    const files: SpoolFile[] = [];
    this.#orBroken(() => {
      for (const [table, writer] of this.#writers) {
        for (const file of writer.finish()) files.push({ table, ...file });
      }
    });
    this.#state = "finished";
    return { id: this.id, ...this.#provenance, files, records };
  }

  #orBroken(work: () => void): void {
    if (this.#state === "broken") throw this.#failure;
    if (this.#state !== "open") throw new Error(`load ${this.id} is ${this.#state}`);
    try {
      work();
    } catch (error) {
      this.#state = "broken";
      this.#failure = error;
      throw error;
    }
  }

  /** Closes and removes the files. */
  discard(): void {
    this.#state = "discarded";
    for (const writer of this.#writers.values()) writer.discard();
  }
}

/** Members that are text already. */
class JsonText extends JsonMembers {
  readonly bytesMax: number;
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
    // UTF-8 takes at most three bytes for a UTF-16 code unit.
    this.bytesMax = text.length * 3;
  }

  writeTo(target: Buffer, at: number): number {
    return at + target.write(this.#text, at);
  }
}

/** When something in a folder was last written, made or removed. */
async function lastChangeMs(folder: string): Promise<number> {
  const paths = [folder, ...(await readdir(folder).catch(() => [])).map((name) => join(folder, name))];
  let last = 0;
  for (const path of paths) last = Math.max(last, (await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
  return last;
}

/** A short fingerprint of a payload, by which an unchanged record is not stored twice. */
export function payloadHash(payload: unknown): string {
  return createHash("sha256").update(writeJson(payload)).digest("hex").slice(0, 32);
}
