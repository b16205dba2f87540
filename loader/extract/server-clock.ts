/**
 * Intercom's clock, learned from the `Date` headers of its answers.
 *
 * A `Date` of second D on an answer that we received at local time r and asked for at s says that the
 * server's time was at least D at r, and less than D + 1 at s or later. Many answers narrow the offset
 * down to milliseconds; the lower bound is what may be relied on: it is never ahead of the server.
 */
export class ServerClock {
  readonly #now: () => number;
  #offsetMsMin = Number.NEGATIVE_INFINITY;
  #offsetMsMax = Number.POSITIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes in the `Date` header of an answer; a missing or unreadable one teaches nothing. */
  observe(dateHeader: string | undefined, sentAtMs: number, receivedAtMs: number): void {
    const date = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader);
    if (Number.isNaN(date)) return;
    const offsetMsMin = date - receivedAtMs;
    const offsetMsMax = date + 1000 - sentAtMs;
    // A clock that was set, here or there, contradicts what was learned before it: begin again.
    if (offsetMsMin > this.#offsetMsMax || offsetMsMax < this.#offsetMsMin) {
      this.#offsetMsMin = Number.NEGATIVE_INFINITY;
      this.#offsetMsMax = Number.POSITIVE_INFINITY;
    }
    this.#offsetMsMin = Math.max(this.#offsetMsMin, offsetMsMin);
    this.#offsetMsMax = Math.min(this.#offsetMsMax, offsetMsMax);
  }

  /** Milliseconds since the epoch by the server's clock at the given local time, not ahead of it. Local time until an answer has told. */
  atMs(localMs: number): number {
    return localMs + (this.#offsetMsMin === Number.NEGATIVE_INFINITY ? 0 : this.#offsetMsMin);
  }

  /** The same, now. */
  nowMs(): number {
    return this.atMs(this.#now());
  }
}
