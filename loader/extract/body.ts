import { bodyBytesMax } from "../answer-body.ts";

/** Room for a body at first, and the most that is kept for the next one. */
const roomBytes = 64 * 1024;
const keptBytesMax = 1024 * 1024;

/** Bytes that come in pieces, gathered in a buffer that serves for one answer after the other. */
export class Body {
  #buffer = Buffer.allocUnsafeSlow(roomBytes);
  #length = 0;

  /** Whether it is small enough to be kept for the next answer. */
  get isSmall(): boolean {
    return this.#buffer.length <= keptBytesMax;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Whether there was room: a body has `bodyBytesMax` at most. */
  append(chunk: Buffer): boolean {
    const length = this.#length + chunk.length;
    if (length > bodyBytesMax) return false;
    if (length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.min(Math.max(length, 2 * this.#buffer.length), bodyBytesMax));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length);
    this.#length = length;
    return true;
  }
}
