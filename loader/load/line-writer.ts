import { open, rm } from "node:fs/promises";
import type { JsonSlices } from "../json.ts";
import { onDisk } from "./disk.ts";

/** Lines are gathered in a buffer of this size, and each full buffer becomes a file. */
const bufferBytes = 512 * 1024;
/** UTF-8 takes at most this many bytes for a UTF-16 code unit. */
const bytesPerUnitMax = 3;
const newline = 0x0a;

/** A file of whole lines. `lineBytesMax` is the length of its longest line, its end included. */
export type LineFile = { readonly path: string; readonly rows: number; readonly lineBytesMax: number };

/**
 * Writes lines to files of about half a megabyte, in order, however many callers there are: a reader that takes a file
 * into memory whole (DuckDB's does) needs little then.
 *
 * Each line is encoded into a buffer at once and not kept as a string: strings that wait would outlive the young
 * generation, and collecting them was the largest single cost of a run.
 */
export class LineWriter {
  readonly #pathOf: (number: number) => string;
  readonly #files: LineFile[] = [];
  #lines = 0;
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #used = 0;
  #rowsInBuffer = 0;
  #lineBytesMax = 0;
  #spare: Buffer<ArrayBuffer> | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param pathOf where the first file is to be, the second, and so on */
  constructor(pathOf: (number: number) => string) {
    this.#pathOf = pathOf;
  }

  get lines(): number {
    return this.#lines;
  }

  /**
   * Appends head, slices and tail as one line. Returns a promise when the caller must wait until there is room for the
   * next.
   */
  write(head: string, tail: string, slices?: JsonSlices): Promise<void> | undefined {
    const bytesMax = (head.length + tail.length) * bytesPerUnitMax + (slices?.length ?? 0) + 1;
    const isFull = bytesMax > this.#buffer.length - this.#used;
    const written = isFull ? this.#flush(bytesMax) : undefined;
    const start = this.#used;
    this.#used += this.#buffer.write(head, this.#used);
    if (slices !== undefined) this.#used += slices.copyTo(this.#buffer, this.#used);
    this.#used += this.#buffer.write(tail, this.#used);
    this.#buffer[this.#used] = newline;
    this.#used += 1;
    this.#lines += 1;
    this.#rowsInBuffer += 1;
    this.#lineBytesMax = Math.max(this.#lineBytesMax, this.#used - start);
    return written;
  }

  /** Writes what is left and gives all files. */
  async finish(): Promise<readonly LineFile[]> {
    await this.#flush(bufferBytes);
    return this.#files;
  }

  /** Removes the files. Nothing can be written any more. */
  async discard(): Promise<void> {
    await this.#writing.catch(() => undefined);
    for (const { path } of this.#files) await rm(path, { force: true });
  }

  /** Hands the buffer on to be written and makes room for a line of so many bytes. */
  #flush(bytesMax: number): Promise<void> {
    if (this.#rowsInBuffer > 0) {
      const buffer = this.#buffer;
      const used = this.#used;
      const path = this.#pathOf(this.#files.length + 1);
      this.#files.push({ path, rows: this.#rowsInBuffer, lineBytesMax: this.#lineBytesMax });
      this.#writing = this.#writing.then(async () => {
        await onDisk(path, () => writeWhole(path, buffer, used));
        if (buffer.length === bufferBytes) this.#spare = buffer;
      });
    }
    const isLong = bytesMax > bufferBytes;
    this.#buffer = isLong ? Buffer.allocUnsafeSlow(bytesMax) : (this.#spare ?? Buffer.allocUnsafeSlow(bufferBytes));
    if (!isLong) this.#spare = undefined;
    this.#used = 0;
    this.#rowsInBuffer = 0;
    this.#lineBytesMax = 0;
    return this.#writing;
  }
}

/** A disk that is nearly full takes a part first and then says why. */
async function writeWhole(path: string, buffer: Buffer, length: number): Promise<void> {
  const handle = await open(path, "w");
  try {
    for (let offset = 0; offset < length; ) {
      const { bytesWritten } = await handle.write(buffer, offset, length - offset);
      offset += bytesWritten;
    }
  } finally {
    await handle.close();
  }
}
