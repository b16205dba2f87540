import type { Effects } from "../../effects.ts";

/** Of the documented rates so much is used: what arrives bunched together must still fit into the server's second. */
const shareUsed = 0.98;

type Waiter = { readonly go: () => void };

/**
 * Starts requests at an even pace, below a number a second, and not at all while a 429 says so.
 *
 * Evenly spaced, a second of the server's, wherever it begins, never has more than the rate. Time that nobody used is
 * gone: after a pause there is no burst.
 */
export class Pace {
  readonly #effects: Effects;
  readonly #spacingMs: number;
  readonly #waiters: Waiter[] = [];
  #nextAtMs = 0;
  #isWaking = false;

  /** @param perSecond as the API documents it */
  constructor(effects: Effects, perSecond: number) {
    this.#effects = effects;
    this.#spacingMs = 1000 / (perSecond * shareUsed);
  }

  /** Waits for leave to start one request. Errors: the signal's reason. */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { go: resolve };
    const onAbort = (): void => {
      const index = this.#waiters.indexOf(waiter);
      if (index >= 0) this.#waiters.splice(index, 1);
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#waiters.push(waiter);
    if (!this.#isWaking) {
      // Nobody has used the time since: it is gone.
      this.#nextAtMs = Math.max(this.#nextAtMs, this.#effects.now());
      this.#release();
    }
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Nobody starts for so long. */
  pause(milliseconds: number): void {
    this.#nextAtMs = Math.max(this.#nextAtMs, this.#effects.now() + milliseconds);
  }

  #release(): void {
    const nowMs = this.#effects.now();
    while (this.#waiters.length > 0) {
      const waitMs = this.#nextAtMs - nowMs;
      if (waitMs > 0) {
        this.#wakeAfter(waitMs);
        return;
      }
      // A timer that woke late, by a spacing at most, is made up for.
      this.#nextAtMs = Math.max(this.#nextAtMs, nowMs - this.#spacingMs) + this.#spacingMs;
      this.#waiters.shift()?.go();
    }
  }

  #wakeAfter(milliseconds: number): void {
    this.#isWaking = true;
    void this.#effects.sleep(Math.ceil(milliseconds)).then(() => {
      this.#isWaking = false;
      this.#release();
    });
  }
}
