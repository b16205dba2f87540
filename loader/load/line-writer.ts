import { type FileHandle, open } from "node:fs/promises";
import type { JsonSlices } from "../json.ts";
import { onDisk } from "./disk.ts";

/** Lines are gathered in a buffer of this size before they are written. */
const bufferBytes = 256 * 1024;
/** UTF-8 takes at most this many bytes for a UTF-16 code unit. */
const bytesPerUnitMax = 3;
const newline = 0x0a;

/**
 * Appends lines to a file, in order, however many callers there are.
 *
 * Each line is encoded into a buffer at once and not kept as a string: strings that wait would outlive the young
 * generation, and collecting them was the largest single cost of a run.
 */
export class LineWriter {
  readonly path: string;
  #lines = 0;
  #lineBytesMax = 0;
  #buffer = Buffer.allocUnsafeSlow(bufferBytes);
  #used = 0;
  #spare: Buffer<ArrayBuffer> | undefined;
  #handle: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.path = path;
  }

  get lines(): number {
    return this.#lines;
  }

  /** Bytes of the longest line, its end included. */
  get lineBytesMax(): number {
    return this.#lineBytesMax;
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
    this.#lineBytesMax = Math.max(this.#lineBytesMax, this.#used - start);
    return written;
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    try {
      await this.#flush(bufferBytes);
    } finally {
      await this.#handle?.close();
      this.#handle = undefined;
    }
  }

  /** Hands the buffer on to be written and makes room for a line of so many bytes. */
  #flush(bytesMax: number): Promise<void> {
    const buffer = this.#buffer;
    const used = this.#used;
    const isLong = bytesMax > bufferBytes;
    this.#buffer = isLong ? Buffer.allocUnsafeSlow(bytesMax) : (this.#spare ?? Buffer.allocUnsafeSlow(bufferBytes));
    if (!isLong) this.#spare = undefined;
    this.#used = 0;
    this.#writing = this.#writing.then(() =>
      onDisk(this.path, async () => {
        this.#handle ??= await open(this.path, "w");
        await writeWhole(this.#handle, buffer, used);
        if (buffer.length === bufferBytes) this.#spare = buffer;
      }),
    );
    return this.#writing;
  }
}

/** A disk that is nearly full takes a part first and then says why. */
async function writeWhole(handle: FileHandle, buffer: Buffer, length: number): Promise<void> {
  for (let offset = 0; offset < length; ) {
    const { bytesWritten } = await handle.write(buffer, offset, length - offset);
    offset += bytesWritten;
  }
}
