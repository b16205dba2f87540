import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import type { JsonMembers } from "../json.ts";
import { onDiskAtOnce } from "./disk.ts";

/** Lines are gathered in a buffer of this size, and each full buffer becomes a file. */
const bufferBytes = 512 * 1024;
const openBrace = 0x7b;
const newline = 0x0a;

/** A file of whole lines. `lineBytesMax` is the length of its longest line, its end included. */
export type LineFile = { readonly path: string; readonly rows: number; readonly lineBytesMax: number };

/**
 * Writes lines to files of about half a megabyte, in order: a reader that takes a file into memory whole (DuckDB's does)
 * needs little then.
 *
 * Each line is encoded into a buffer at once and not kept as a string: strings that wait would outlive the young
 * generation, and collecting them was the largest single cost of a run. A full buffer is written at once, too: the system
 * takes it in less time than handing it to another thread does.
 *
 * States: *open* (takes lines), *finished* (its files are whole), *failed* (a write went wrong: lines are missing, so every
 * further call but `discard` fails the same way, also when there is space again), *discarded* (its files are removed).
 *
 * Errors: WarehouseError when the disk is full or can't be written to.
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

  /** @param pathOf where the first file is to be, the second, and so on */
  constructor(pathOf: (number: number) => string) {
    this.#pathOf = pathOf;
  }

  get lines(): number {
    return this.#lines;
  }

  /**
   * Appends an object as one line.
   * @param end what comes behind the members, to the closing brace
   */
  write(members: JsonMembers, end: Buffer): void {
    this.#expectOpen();
    const bytesMax = members.bytesMax + end.length + 2;
    if (bytesMax > this.#buffer.length - this.#used) this.#makeRoom(bytesMax);
    const start = this.#used;
    this.#buffer[start] = openBrace;
    const membersEnd = members.writeTo(this.#buffer, start + 1);
    // Bytes beyond a buffer's end are dropped without a word.
    if (membersEnd - start - 1 > members.bytesMax)
      throw this.#failed(new Error("a row took more room than it had asked for"));
    this.#used = membersEnd + end.copy(this.#buffer, membersEnd);
    this.#buffer[this.#used] = newline;
    this.#used += 1;
    this.#lines += 1;
    this.#rowsInBuffer += 1;
    this.#lineBytesMax = Math.max(this.#lineBytesMax, this.#used - start);
  }

  /** Writes what is left and gives all files. Nothing can be written any more. */
  finish(): readonly LineFile[] {
    this.#expectOpen();
    this.#flush();
    this.#state = "finished";
    this.#buffer = Buffer.alloc(0);
    return this.#files;
  }

  /** Removes the files. Nothing can be written any more. */
  discard(): void {
    this.#state = "discarded";
    this.#buffer = Buffer.alloc(0);
    for (const { path } of this.#files) rmSync(path, { force: true });
  }

  #makeRoom(bytesMax: number): void {
    this.#flush();
    // A longer line gets a buffer of its own.
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

/** A disk that is nearly full takes a part first and then says why. */
function writeWhole(path: string, bytes: Buffer): void {
  const file = openSync(path, "w");
  try {
    for (let offset = 0; offset < bytes.length; ) offset += writeSync(file, bytes, offset);
  } finally {
    closeSync(file);
  }
}
