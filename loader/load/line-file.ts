import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import type { JsonMembers } from "../json.ts";
import { onDiskAtOnce } from "./disk.ts";

/** Lines are gathered in a buffer of this size, and each full buffer becomes a file. */
const bufferBytes = 512 * 1024;
const openBrace = 0x7b;
const newline = 0x0a;

/** A file of whole lines. `lineBytesMax` is the length of its longest line, with the newline. */
export type LineFile = { readonly path: string; readonly rows: number; readonly lineBytesMax: number };

/**
 * Writes lines to files of about half a megabyte, in order. DuckDB's reader takes a whole file into memory, so small files
 * need little.
 *
 * Each line is encoded into a buffer at once and not kept as a string. Strings that wait outlive the garbage collector's
 * young generation, and collecting them was the largest single cost of a run. A full buffer is written synchronously: the
 * system takes it in less time than another thread would need to get it.
 *
 * States: *open* (takes lines), *finished* (its files are whole), *failed* (a write failed and lines are missing),
 * *discarded* (its files are removed). After a failure every call but `discard` fails the same way, even when the disk has
 * space again.
 *
 * Errors: WarehouseError when the disk is full or you may not write to it.
 */
export class LineWriter {
  readonly #pathOf: (number: number) => string;
  readonly #files: LineFile[] = [];
  #lines = 0;
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #used = 0;
  #rowsInBuffer = 0;
  #lineBytesMax = 0;
  #state: "open" | "finished" | "failed" | "discarded" = "open";
  #failure: unknown;

  /** @param pathOf path of the file with the given number, from 1 */
  constructor(pathOf: (number: number) => string) {
    this.#pathOf = pathOf;
  }

  get lines(): number {
    return this.#lines;
  }

  /**
   * Appends an object as one line.
   * @param end what follows the members, up to and with the closing brace
   */
  write(members: JsonMembers, end: Buffer): void {
    this.#expectOpen();
    const bytesMax = members.bytesMax + end.length + 2;
    if (bytesMax > this.#buffer.length - this.#used) this.#makeRoom(bytesMax);
    const start = this.#used;
    this.#buffer[start] = openBrace;
    const membersEnd = members.writeTo(this.#buffer, start + 1);
    // Node drops bytes beyond a buffer's end without an error.
    if (membersEnd - start - 1 > members.bytesMax)
      throw this.#failed(new Error("a row took more room than it had asked for"));
    this.#used = membersEnd + end.copy(this.#buffer, membersEnd);
    this.#buffer[this.#used] = newline;
    this.#used += 1;
    this.#lines += 1;
    this.#rowsInBuffer += 1;
    this.#lineBytesMax = Math.max(this.#lineBytesMax, this.#used - start);
  }

  /** Writes what is left and returns all files. The writer takes no more lines. */
  finish(): readonly LineFile[] {
    this.#expectOpen();
    this.#flush();
    this.#state = "finished";
    this.#buffer = Buffer.alloc(0);
    return this.#files;
  }

  /** Removes the files. The writer takes no more lines. */
  discard(): void {
    this.#state = "discarded";
    this.#buffer = Buffer.alloc(0);
    for (const { path } of this.#files) rmSync(path, { force: true });
  }

  #makeRoom(bytesMax: number): void {
    this.#flush();
    // A line that is longer than the buffer gets a buffer of its own size.
    if (bytesMax > this.#buffer.length || this.#buffer.length > bufferBytes) {
      this.#buffer = Buffer.allocUnsafeSlow(Math.max(bytesMax, bufferBytes));
    }
  }

  #flush(): void {
    if (this.#rowsInBuffer === 0) return;
    const path = this.#pathOf(this.#files.length + 1);
    this.#files.push({ path, rows: this.#rowsInBuffer, lineBytesMax: this.#lineBytesMax });
    try {
      onDiskAtOnce(path, () => writeWhole(path, this.#buffer.subarray(0, this.#used)));
    } catch (error) {
      throw this.#failed(error);
    }
    this.#used = 0;
    this.#rowsInBuffer = 0;
    this.#lineBytesMax = 0;
  }

  #failed(error: unknown): unknown {
    this.#state = "failed";
    this.#failure = error;
    return error;
  }

  #expectOpen(): void {
    if (this.#state === "failed") throw this.#failure;
    if (this.#state !== "open") throw new Error(`a line came to files that are ${this.#state}`);
  }
}

/** Writes all bytes: a disk that is nearly full takes some of them, and the next write fails with the reason. */
function writeWhole(path: string, bytes: Buffer): void {
  const file = openSync(path, "w");
  try {
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
  } finally {
    closeSync(file);
  }
}
