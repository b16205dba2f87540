import { appendFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { onDisk } from "../disk.ts";
import type { RawTableName } from "../raw-tables.ts";
import { gunzipped } from "./disk.ts";

/** So many bytes of lines wait in memory, of all loads together. */
const waitingBytesMax = 16 * 2 ** 20;
/** The most bytes of lines in one part; a longer line has a part of its own. */
const partBytesMax = 256 * 2 ** 20;

/** The lines of a load for a table, in parts that each become one file. */
export type Sorted = { readonly table: RawTableName; readonly rows: number; readonly parts: readonly SortedPart[] };

type SortedPart = { readonly number: number; readonly rows: number; readonly content: () => AsyncIterable<Buffer> };

type Part = { readonly path: string; rows: number; bytes: number; waiting: Buffer[] };

/**
 * Lines of several loads, sorted by load and table: they come in any order, and wait in gzip files of a folder of their own.
 * One caller at a time. Errors: WarehouseError when the disk of STATE_DIR refuses.
 */
export class SortedLines {
  readonly #folder: string;
  readonly #parts = new Map<string, Map<RawTableName, Part[]>>();
  #waitingBytes = 0;

  constructor(spoolFolder: string) {
    this.#folder = join(spoolFolder, "archive");
  }

  async add(loadId: string, table: RawTableName, line: string): Promise<void> {
    const bytes = Buffer.from(`${line}\n`);
    const part = this.#partFor(loadId, table, bytes.length);
    part.waiting.push(bytes);
    part.rows += 1;
    part.bytes += bytes.length;
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= waitingBytesMax) await this.flush();
  }

  #partFor(loadId: string, table: RawTableName, bytes: number): Part {
    const tables = this.#parts.get(loadId) ?? new Map<RawTableName, Part[]>();
    this.#parts.set(loadId, tables);
    const parts = tables.get(table) ?? [];
    tables.set(table, parts);
    const last = parts.at(-1);
    if (last !== undefined && last.bytes + bytes <= partBytesMax) return last;
    const path = join(this.#folder, `${loadId}.${table}.${parts.length + 1}.gz`);
    const part = { path, rows: 0, bytes: 0, waiting: [] };
    parts.push(part);
    return part;
  }

  /** Writes all waiting lines. */
  async flush(): Promise<void> {
    await onDisk(this.#folder, async () => {
      await mkdir(this.#folder, { recursive: true });
      for (const tables of this.#parts.values())
        for (const part of [...tables.values()].flat()) {
          if (part.waiting.length === 0) continue;
          await appendFile(part.path, gzipSync(Buffer.concat(part.waiting), { level: 1 }));
          part.waiting = [];
        }
    });
    this.#waitingBytes = 0;
  }

  /** What came of a load, once it is flushed. */
  of(loadId: string): readonly Sorted[] {
    return [...(this.#parts.get(loadId) ?? [])].map(([table, parts]) => ({
      table,
      rows: parts.reduce((sum, { rows }) => sum + rows, 0),
      parts: parts.map(({ path, rows }, index) => ({
        number: index + 1,
        rows,
        content: () => gunzipped(path),
      })),
    }));
  }

  /** Removes the files of a load. */
  async removeOf(loadId: string): Promise<void> {
    const parts = [...(this.#parts.get(loadId)?.values() ?? [])].flat();
    this.#parts.delete(loadId);
    for (const { path } of parts) await rm(path, { force: true });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
