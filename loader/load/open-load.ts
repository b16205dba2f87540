import { join } from "node:path";
import { JsonMembers, writeJson } from "../json.ts";
import { type LineFile, LineWriter } from "./line-file.ts";
import type { RawRow, RawTableName } from "./raw-tables.ts";

/** One of the load's files for a raw table: newline-delimited JSON. */
export type SpoolFile = LineFile & { readonly table: RawTableName };

/** What a load did for one stream: a row of `_loads` without the columns that are the same for the whole load. */
export type LoadRecord = {
  readonly stream: RawTableName;
  readonly row_count: number;
  readonly rejected_count: number;
  readonly unseen_count?: number;
  readonly range_from?: string | null;
  readonly window_from?: string | null;
  readonly window_to?: string | null;
  readonly settled_to?: string | null;
  /** What was stored of people and of what they write; left out where everything was. */
  readonly modes?: string;
};

/** A load with its files, which are whole and on disk. */
export type FinishedLoad = {
  readonly id: string;
  readonly runId: string;
  readonly workspaceId: string;
  readonly loadedAt: string;
  readonly files: readonly SpoolFile[];
  readonly records: readonly LoadRecord[];
};

/** What every row of a load says of where it came from. */
export type Provenance = { readonly workspaceId: string; readonly runId: string; readonly loadedAt: string };

/**
 * A load that is being written.
 *
 * States: *open* (takes rows), *finished* (its files are whole and belong to the caller, who commits them), *broken*,
 * *discarded*. A load is broken when a row could not be written: rows are missing, and it can only be discarded.
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
   * Errors: WarehouseError when the row could not be written; the load is broken then.
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

  /** The columns that every row has, as the end of its JSON. All parts of a thread share one: it is made once for them. */
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

  /** Closes the files; the load takes no more rows. Errors: WarehouseError of this or an earlier write. */
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

/** Members of a JSON object that are text already. */
class JsonText extends JsonMembers {
  readonly bytesMax: number;
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
    // A UTF-16 code unit takes at most three bytes in UTF-8.
    this.bytesMax = text.length * 3;
  }

  writeTo(target: Buffer, at: number): number {
    return at + target.write(this.#text, at);
  }
}
