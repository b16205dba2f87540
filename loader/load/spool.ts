import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemCodeOf } from "../errors.ts";
import { JsonMembers, writeJson } from "../json.ts";
import { onDisk } from "./disk.ts";
import { type LineFile, LineWriter } from "./line-writer.ts";
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

/** Who runs, as a file in the run's folder tells another process. */
export type RunOwner = { readonly pid: number; readonly runId: string; readonly startedAt: string };

/**
 * A run's folder of spool files, `<state>/spool/<run id>/`. It exists while the run does; what a killed run left is
 * removed by the next one, since nothing in it was promised to anybody: a load counts once the warehouse has it.
 */
export class Spool {
  readonly #directory: string;
  readonly #provenance: Provenance;
  #loads = 0;

  private constructor(directory: string, provenance: Provenance) {
    this.#directory = directory;
    this.#provenance = provenance;
  }

  /** Makes the run's folder and removes those of runs that are no more. */
  static async open(stateDirectory: string, provenance: Provenance): Promise<Spool> {
    const root = join(stateDirectory, "spool");
    const directory = join(root, provenance.runId);
    const owner: RunOwner = { pid: process.pid, runId: provenance.runId, startedAt: provenance.loadedAt };
    await onDisk(root, async () => {
      await mkdir(root, { recursive: true });
      for (const [name, other] of await runOwners(root)) {
        // In a container every run may have the same process id: another run of this process is one that is no more.
        const isOver = other === undefined || other.pid === process.pid || !isAlive(other.pid);
        if (isOver) await rm(join(root, name), { recursive: true, force: true });
      }
      await mkdir(directory);
      await writeFile(join(directory, ownerFile), JSON.stringify(owner));
    });
    return new Spool(directory, provenance);
  }

  /** A new load, empty. */
  begin(loadedAtMs: number): OpenLoad {
    this.#loads += 1;
    const id = `${this.#provenance.runId}-${String(this.#loads).padStart(6, "0")}`;
    const loadedAt = new Date(loadedAtMs).toISOString();
    return new OpenLoad(id, this.#directory, { ...this.#provenance, loadedAt });
  }

  async remove(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/** A load that is being written. */
export class OpenLoad {
  readonly id: string;
  readonly #directory: string;
  readonly #provenance: Provenance;
  readonly #writers = new Map<RawTableName, LineWriter>();
  #fetchedAtSeconds: number | undefined;
  #provenanceEnd = Buffer.alloc(0);

  constructor(id: string, directory: string, provenance: Provenance) {
    this.id = id;
    this.#directory = directory;
    this.#provenance = provenance;
  }

  /**
   * Adds a row.
   * @param fetchedAtSeconds Intercom's clock when the record was asked for
   */
  add(table: RawTableName, row: RawRow | JsonMembers, fetchedAtSeconds: number): void {
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

  /** Closes the files. Nothing can be added any more. */
  finish(records: readonly LoadRecord[]): FinishedLoad {
    const files: SpoolFile[] = [];
    for (const [table, writer] of this.#writers) {
      for (const file of writer.finish()) files.push({ table, ...file });
    }
    return { id: this.id, ...this.#provenance, files, records };
  }

  /** Closes and removes the files. */
  discard(): void {
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

/** Whose a folder under `spool` is. */
export const ownerFile = "run.json";

/** The runs that have a folder under the root, with who owns each; undefined when that can't be read. */
async function runOwners(root: string): Promise<Map<string, RunOwner | undefined>> {
  const owners = new Map<string, RunOwner | undefined>();
  for (const name of await readdir(root)) {
    const text = await readFile(join(root, name, ownerFile), "utf8").catch(() => "");
    owners.set(name, ownerOf(text));
  }
  return owners;
}

function ownerOf(text: string): RunOwner | undefined {
  try {
    const owner: unknown = JSON.parse(text);
    if (typeof owner !== "object" || owner === null || !("pid" in owner) || typeof owner.pid !== "number")
      return undefined;
    const runId = "runId" in owner && typeof owner.runId === "string" ? owner.runId : "";
    const startedAt = "startedAt" in owner && typeof owner.startedAt === "string" ? owner.startedAt : "";
    return { pid: owner.pid, runId, startedAt };
  } catch {
    return undefined;
  }
}

/** The run that a process is at, when its folder under the state directory says so. */
export async function runOfProcess(stateDirectory: string, pid: number): Promise<RunOwner | undefined> {
  const owners = await runOwners(join(stateDirectory, "spool")).catch(() => new Map<string, RunOwner | undefined>());
  return [...owners.values()].find((owner) => owner?.pid === pid);
}

/** Whether a process of this machine is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCodeOf(error) === "EPERM";
  }
}

/** A short fingerprint of a payload, by which an unchanged record is not stored twice. */
export function payloadHash(payload: unknown): string {
  return createHash("sha256").update(writeJson(payload)).digest("hex").slice(0, 32);
}
