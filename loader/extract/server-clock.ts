import { httpDateMs } from "../http/date.ts";

/** Bounds of the server's clock minus ours, in milliseconds. */
type Offset = { readonly min: number; readonly max: number };

/** What is stored follows Intercom's clock as long as it is not further ahead of this machine's. */
const aheadMsMax = 86_400_000;

/**
 * Intercom's clock, learned from the `Date` headers of its responses.
 *
 * A request is sent at local time s, and its response with a `Date` of second D comes at r. So the server's time was at
 * least D at r, and less than D + 1 at s. Many responses narrow the offset down to milliseconds. The lower bound is safe
 * to use: it is never ahead of the server.
 *
 * States, and what leads from one to the next:
 * - unknown: no response yet; local time stands in. The first date → known.
 * - known: dates that fit narrow the bounds down. A date that does not fit → contradicted.
 * - contradicted: one date does not fit, because a clock was set on either side, or because the response is wrong. The
 *   earlier of the two times counts. A date that fits the known bounds → known. A date that fits the contradicting date →
 *   known, by the new bounds.
 */
export class ServerClock {
  readonly #now: () => number;
  #known: Offset | undefined;
  #contradiction: Offset | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Learns from a response's `Date` header; a missing or unreadable header teaches nothing. */
  observe(dateHeader: string | undefined, sentAtMs: number, receivedAtMs: number): void {
    const date = dateHeader === undefined ? undefined : httpDateMs(dateHeader);
    if (date === undefined) return;
    const seen = { min: date - receivedAtMs, max: date + 1000 - sentAtMs };
    const known = this.#known === undefined ? seen : common(this.#known, seen);
    const changed = this.#contradiction === undefined ? undefined : common(this.#contradiction, seen);
    this.#contradiction = known === undefined && changed === undefined ? seen : undefined;
    this.#known = known ?? changed ?? this.#known;
  }

  /** The server's time at a local time, epoch milliseconds, never ahead of it. Local time before the first response. */
  atMs(localMs: number): number {
    return localMs + Math.min(this.#known?.min ?? 0, this.#contradiction?.min ?? Number.POSITIVE_INFINITY);
  }

  /** How far the server's clock is ahead of ours, milliseconds. */
  get aheadMs(): number {
    return this.atMs(0);
  }

  /** Whether the server's clock is so far ahead that what is stored follows ours. */
  get isTooFarAhead(): boolean {
    return this.aheadMs > aheadMsMax;
  }

  /**
   * The server's time at a local time, seconds, rounded down, for cursors and for what is stored. Local time where the server's is too
   * far ahead: it would hide every change until then.
   */
  storedSecondsAt(localMs: number): number {
    return Math.floor((this.isTooFarAhead ? localMs : this.atMs(localMs)) / 1000);
  }

  /** The server's time now, never ahead of it. */
  nowMs(): number {
    return this.atMs(this.#now());
  }

  /** The latest that the server's clock may show now. Infinite before the first response. */
  latestMs(): number {
    return (
      this.#now() +
      Math.max(this.#known?.max ?? Number.POSITIVE_INFINITY, this.#contradiction?.max ?? Number.NEGATIVE_INFINITY)
    );
  }
}

/** The overlap of two bounds; undefined where there is none. */
function common(one: Offset, other: Offset): Offset | undefined {
  const min = Math.max(one.min, other.min);
  const max = Math.min(one.max, other.max);
  return min <= max ? { min, max } : undefined;
}
