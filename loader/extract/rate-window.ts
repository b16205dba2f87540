import type { RateHeaders } from "./rate-headers.ts";

/** Ends of windows that differ by no more are one end: an end in seconds from now moves with the response. */
const sameEndSeconds = 2;

/** The server's window of requests as its responses describe it, and what this process sent in it. */
export class RateWindow {
  limit: number;
  remaining: number;
  readonly resetSeconds: number;
  /** This process's requests that were answered in the window. */
  spent: number;
  readonly beganAtMs: number;
  /** Requests in the window that certainly came from other apps: now, and when its first response came. */
  #others: number;
  readonly #othersAtStart: number;

  /**
   * @param beganAtMs when the window's first response came
   * @param counted the same window with the end that an earlier response gave it
   */
  constructor({ limit, remaining, resetSeconds }: RateHeaders, beganAtMs: number, counted?: RateWindow) {
    this.limit = limit;
    this.remaining = remaining;
    this.resetSeconds = resetSeconds;
    this.beganAtMs = beganAtMs;
    this.spent = (counted?.spent ?? 0) + 1;
    this.#others = counted === undefined ? limit - remaining - 1 : counted.#others;
    this.#othersAtStart = counted === undefined ? this.#others : counted.#othersAtStart;
  }

  /** Whether headers name a later end than this window's. */
  isBefore({ resetSeconds }: RateHeaders): boolean {
    return resetSeconds > this.resetSeconds + sameEndSeconds;
  }

  /** Whether headers name an earlier end than this window's. */
  isAfter({ resetSeconds }: RateHeaders): boolean {
    return resetSeconds < this.resetSeconds - sameEndSeconds;
  }

  /** The same window with the figures and the earlier end of these headers. */
  correctedBy(headers: RateHeaders): RateWindow {
    return new RateWindow(headers, this.beganAtMs, this);
  }

  /** Counts one more response of this window. @param underWay requests of ours without a response */
  learn({ limit, remaining }: RateHeaders, underWay: number): void {
    this.spent += 1;
    // Responses overtake each other: only the smallest figure is news, unless the limit itself changed.
    this.remaining = limit === this.limit ? Math.min(this.remaining, remaining) : remaining;
    this.limit = limit;
    this.#others = Math.max(this.#others, limit - remaining - this.spent - underWay);
  }

  /** Requests of other apps a millisecond, since the window's first response. */
  othersPerMs(nowMs: number): number {
    const elapsedMs = nowMs - this.beganAtMs;
    return elapsedMs <= 0 ? 0 : (this.#others - this.#othersAtStart) / elapsedMs;
  }
}
