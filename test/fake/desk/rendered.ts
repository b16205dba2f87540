// Conversations kept as they were sent: who searches for a conversation retrieves it next, and benchmarks read all of
// them again and again. The first ones stay while there is room, of the others the latest; memory does not grow with the
// world, and a world too large for it still finds some of it again.
import { JsonText } from "../json-text.ts";
import type { Rendered } from "./render.ts";

const BYTES_MAX = 128_000_000;
/** More than a page of a search and those that are asked for at the same time. */
const LATEST_MAX = 512;
/** Memory is taken in blocks: thousands of small pieces leave gaps that nobody can use. */
const BLOCK_BYTES = 2 ** 20;
const PIECE_BYTES_MAX = BLOCK_BYTES / 4;

/** A rendered conversation in UTF-8. */
export interface Kept {
  readonly whole: Buffer;
  readonly itemBytes: number;
}

export class RenderedConversations {
  private readonly first = new Map<number, Kept>();
  private readonly latest = new Map<number, Kept>();
  private readonly bytesMax: number;
  private bytes = 0;
  private version = -1;
  private block = Buffer.alloc(0);
  private blockUsed = 0;

  /** `bytesMax`: of the first ones. */
  constructor(bytesMax = BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  /** What `render` made for that key at that version of the world, or makes now; null is not kept. */
  get(key: number, version: number, render: () => Rendered | null): Kept | null {
    if (version !== this.version) this.forget(version);
    const known = this.first.get(key) ?? this.latest.get(key);
    if (known !== undefined) return known;
    const rendered = render();
    if (rendered === null) return null;
    const kept = { whole: this.copied(rendered.bytes), itemBytes: rendered.itemBytes };
    this.keep(key, kept);
    return kept;
  }

  private keep(key: number, kept: Kept): void {
    if (this.bytes + kept.whole.length <= this.bytesMax) {
      this.first.set(key, kept);
      this.bytes += kept.whole.length;
      return;
    }
    this.latest.set(key, kept);
    if (this.latest.size <= LATEST_MAX) return;
    for (const oldest of this.latest.keys()) {
      this.latest.delete(oldest);
      break;
    }
  }

  /** A block is never written twice: an answer may still be on its way out of it. */
  private copied(bytes: string): Buffer {
    if (bytes.length > PIECE_BYTES_MAX) return Buffer.from(bytes, "latin1");
    if (this.blockUsed + bytes.length > this.block.length) {
      this.block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      this.blockUsed = 0;
    }
    const from = this.blockUsed;
    this.blockUsed += this.block.write(bytes, from, "latin1");
    return this.block.subarray(from, this.blockUsed);
  }

  private forget(version: number): void {
    this.first.clear();
    this.latest.clear();
    this.bytes = 0;
    this.version = version;
  }
}

/** The list item in it. */
export function itemOf({ whole, itemBytes }: Kept): JsonText {
  return new JsonText(`${whole.toString("latin1", 0, itemBytes)}}`);
}
