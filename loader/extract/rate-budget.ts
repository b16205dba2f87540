import type { Effects } from "../effects.ts";
import { retryAfterMs, serverDelayMsMax } from "../retry.ts";
import { type RateHeaders, windowMsMax } from "./rate-headers.ts";
import { RateWindow } from "./rate-window.ts";
import type { ServerClock } from "./server-clock.ts";

/** The pause for a 429 that names no time. It doubles with each such 429 in a row, up to the maximum. */
const blindPauseMs = 1000;
const blindPauseMsMax = 60_000;
/** After so many probes in a row with a window's end in the past, the ends no longer count. */
const pastEndsMax = 3;

/** The permission to send one request. */
export type Permit = { readonly isProbe: boolean; readonly atMs: number };

type Waiter = (permit: Permit) => void;

/**
 * The rate budget of all requests of a process. Only the headers of responses drive it.
 *
 * States, and what leads from one to the next:
 * - unknown: no response yet. One request may be open. A response with rate headers → open; without → free.
 * - open: a window is known. As many requests may start as remain by the server's figure, less the open ones, and no more
 *   than this process's share. (The figure may or may not count the open requests already.) When the figure falls faster
 *   than this process spends, other apps are at work: a reserve stays for them. The window's end → confirming.
 * - confirming: the window is over by the server's clock. One request may be open, as a probe. A response with a later
 *   end → open. A response with the old end → another probe.
 * - paused: a 429 came. No request starts until its window, or the time that it names, is over → confirming.
 * - free: the server states no limit. Only the client's concurrency limits the requests.
 *
 * A wrong end cannot block the budget. An end that is out of reach counts as none. A window with an end too far ahead ends
 * in three ways: by a later request whose response names an earlier end; by a response with an earlier end that is still
 * to come; and after `windowMsMax`. When probe after probe names a past end → free, until a response names another end.
 */
export class RateBudget {
  readonly #effects: Effects;
  readonly #clock: ServerClock;
  readonly #share: number;
  readonly #waiters: Waiter[] = [];
  #window: RateWindow | undefined;
  #isFree = false;
  #underWay = 0;
  #isConfirming = false;
  #pausedAtMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = 0;
  #blindPauses = 0;
  #wake: AbortController | undefined;
  #refusals = 0;
  #pastEnds = 0;
  #spentBefore = 0;
  #limitBefore = 0;
  /** The time from a permit to its response, smoothed. */
  #answerMs = 0;
  /** Requests of other apps a millisecond, in the previous window. */
  #othersPerMs = 0;

  /** @param share the part of each window's limit that this process may spend, above 0 and at most 1 */
  constructor(effects: Effects, clock: ServerClock, share = 1) {
    this.#effects = effects;
    this.#clock = clock;
    this.#share = share;
  }

  /** How many 429s came. */
  get refusals(): number {
    return this.#refusals;
  }

  /** Our requests answered in the current window over its limit; undefined while no limit is known. */
  get shareUsed(): number | undefined {
    return this.#window === undefined ? undefined : this.#window.spent / this.#window.limit;
  }

  /** Our requests over the limits of all windows that we sent any in; undefined while no limit is known. */
  get shareUsedOverall(): number | undefined {
    const limit = this.#limitBefore + (this.#window?.limit ?? 0);
    return limit === 0 ? undefined : (this.#spentBefore + (this.#window?.spent ?? 0)) / limit;
  }

  /** Waits for a permit to send one request. Call `release` once for each permit, whatever becomes of the request. */
  async acquire(signal: AbortSignal): Promise<Permit> {
    signal.throwIfAborted();
    if (this.#waiters.length === 0 && this.#waitMs() <= 0) return this.#permit();
    const { promise, resolve, reject } = Promise.withResolvers<Permit>();
    const onAbort = (): void => {
      const index = this.#waiters.indexOf(resolve);
      if (index >= 0) this.#waiters.splice(index, 1);
      if (this.#waiters.length === 0) this.#wake?.abort();
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#waiters.push(resolve);
    this.#grantWaiting();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Ends a permit's request. @param headers of its response, where it had rate headers @param isRefused by a 429 */
  release(permit: Permit, headers: RateHeaders | undefined, hasResponse: boolean, isRefused = false): void {
    this.#underWay -= 1;
    if (hasResponse && !isRefused && permit.atMs > this.#pausedAtMs) this.#blindPauses = 0;
    if (permit.isProbe) this.#isConfirming = false;
    const answerMs = this.#effects.now() - permit.atMs;
    this.#answerMs = this.#answerMs === 0 ? answerMs : this.#answerMs * 0.9 + answerMs * 0.1;
    if (headers !== undefined) this.#learn(headers, permit);
    else if (hasResponse && this.#window === undefined) this.#isFree = true;
    this.#grantWaiting();
  }

  /**
   * Pauses every request after a 429, until the 429's window is over.
   * @param sentAtMs when the request was sent. A 429 for a request from before the pause does not lengthen the pause
   * @returns the milliseconds of the pause
   */
  pause(headers: RateHeaders | undefined, retryAfter: string | undefined, sentAtMs = Number.POSITIVE_INFINITY): number {
    this.#refusals += 1;
    const nowMs = this.#effects.now();
    const serverNowMs = this.#clock.nowMs();
    const untilReset = headers === undefined ? 0 : Math.min(headers.resetSeconds * 1000 - serverNowMs, windowMsMax);
    const asked = untilReset > 0 ? untilReset : retryAfterMs(retryAfter, serverNowMs);
    const isRepeated = asked === undefined && sentAtMs > this.#pausedAtMs;
    this.#blindPauses = asked === undefined ? this.#blindPauses + (isRepeated ? 1 : 0) : 0;
    const pauseMs = asked ?? Math.min(blindPauseMs * 2 ** Math.max(0, this.#blindPauses - 1), blindPauseMsMax);
    this.#pausedAtMs = nowMs;
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, nowMs + pauseMs);
    return pauseMs;
  }

  #learn(headers: RateHeaders, permit: Permit): void {
    this.#pastEnds = this.#isOver(headers) ? this.#pastEnds + (permit.isProbe ? 1 : 0) : 0;
    this.#isFree = this.#pastEnds >= pastEndsMax;
    if (this.#isFree) {
      this.#window = undefined;
      return;
    }
    const window = this.#window;
    const nowMs = this.#effects.now();
    if (window === undefined || window.isBefore(headers)) {
      this.#spentBefore += window?.spent ?? 0;
      this.#limitBefore += window?.limit ?? 0;
      this.#othersPerMs = window?.othersPerMs(nowMs) ?? 0;
      this.#window = new RateWindow(headers, nowMs);
      this.#isConfirming = false;
    } else if (window.isAfter(headers)) {
      const isCurrent = permit.atMs >= window.beganAtMs || headers.resetSeconds * 1000 > this.#clock.latestMs();
      // Otherwise the response belongs to the previous window.
      if (isCurrent && !this.#isOver(headers)) this.#window = window.correctedBy(headers);
    } else {
      window.learn(headers, this.#underWay);
    }
  }

  /** Requests to leave to other apps while ours are open: twice what their pace needs. */
  #reserve(window: RateWindow): number {
    const othersPerMs = Math.max(this.#othersPerMs, window.othersPerMs(this.#effects.now()));
    return Math.ceil(2 * this.#answerMs * othersPerMs);
  }

  /** Grants as many permits as the budget has room for, and comes back when the wait for the next is over. */
  #grantWaiting(): void {
    this.#wake?.abort();
    while (this.#waiters.length > 0) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) {
        // Where no time is known, the next response calls this again.
        if (waitMs !== Number.POSITIVE_INFINITY) this.#grantWaitingAfter(Math.ceil(waitMs));
        return;
      }
      this.#waiters.shift()?.(this.#permit());
    }
  }

  #permit(): Permit {
    this.#underWay += 1;
    return { isProbe: this.#startsProbe(), atMs: this.#effects.now() };
  }

  #grantWaitingAfter(milliseconds: number): void {
    const wake = new AbortController();
    this.#wake = wake;
    this.#effects.sleep(milliseconds, wake.signal).then(
      () => this.#grantWaiting(),
      () => undefined, // woken earlier, by a release
    );
  }

  #isOver(window: RateHeaders & { readonly beganAtMs?: number }): boolean {
    const nowMs = this.#effects.now();
    const isAged = Math.abs(nowMs - (window.beganAtMs ?? nowMs)) >= windowMsMax;
    return isAged || window.resetSeconds * 1000 <= this.#clock.nowMs();
  }

  #startsProbe(): boolean {
    const isProbe = !this.#isFree && this.#window !== undefined && this.#isOver(this.#window);
    if (isProbe) this.#isConfirming = true;
    return isProbe;
  }

  /** Milliseconds until the next permit: 0 for now, infinite when a response must come first. */
  #waitMs(): number {
    // This machine's clock may have been set back since.
    const pauseMs = Math.min(this.#pausedUntilMs - this.#effects.now(), serverDelayMsMax);
    this.#pausedUntilMs = this.#effects.now() + pauseMs;
    if (pauseMs > 0) return pauseMs;
    if (this.#isFree) return 0;
    const window = this.#window;
    if (window === undefined) return this.#underWay === 0 ? 0 : Number.POSITIVE_INFINITY;
    if (this.#isOver(window)) return this.#isConfirming ? Number.POSITIVE_INFINITY : 0;
    const ours = Math.max(1, Math.floor(window.limit * this.#share)) - window.spent - this.#underWay;
    if (Math.min(window.remaining - this.#underWay - this.#reserve(window), ours) > 0) return 0;
    return Math.min(window.resetSeconds * 1000 - this.#clock.nowMs(), windowMsMax);
  }
}
