import { bodyBytesMax } from "../answer-body.ts";

/** A buffer's first size, and the largest that is kept for the next response. */
const roomBytes = 64 * 1024;
const keptBytesMax = 1024 * 1024;

/** Gathers a body's chunks in a buffer that serves one response after the other. */
export class ResponseBuffer {
  #buffer = Buffer.allocUnsafeSlow(roomBytes);
  #length = 0;

  /** Whether the buffer is small enough to be kept for the next response. */
  get isSmall(): boolean {
    return this.#buffer.length <= keptBytesMax;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** @returns false when the body would exceed `bodyBytesMax` */
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
