import type { Effects } from "../../effects.ts";

/** The used share of the documented rate: requests that arrive bunched must still fit into the server's second. */
const shareUsed = 0.98;

type Waiter = { readonly go: () => void };

/**
 * Starts requests at an even pace, below a number a second, and none during a 429's pause.
 *
 * Even spacing keeps every second of the server, wherever it begins, within the rate. Unused time is lost: no burst follows a
 * pause.
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

  /** Waits until one request may start. Errors: the signal's reason. */
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
      // Unused time is lost.
      this.#nextAtMs = Math.max(this.#nextAtMs, this.#effects.now());
      this.#release();
    }
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** No request starts for so long. */
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
      // Makes up for a timer that woke late, by one spacing at most.
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
