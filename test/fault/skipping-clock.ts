import type { Effects } from "../../loader/effects.ts";

/** A clock that runs with real time and that every sleep moves on at once, for the loader and its fake Intercom alike. */
export class SkippingClock {
  #skippedMs = 0;

  /** Milliseconds that run; only differences count. */
  readonly runningMs = (): number => performance.now() + this.#skippedMs;

  readonly nowMs = (): number => Math.floor(performance.timeOrigin + this.runningMs());

  skip(milliseconds: number): void {
    this.#skippedMs += milliseconds;
  }

  /** Random numbers and the log are left to whoever asks. */
  effects(random: () => number, log: Effects["log"]): Effects {
    return { now: this.nowMs, sleep: (milliseconds, signal) => this.#sleep(milliseconds, signal), random, log };
  }

  async #sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const wakeAtMs = this.runningMs() + milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    // Sleepers at the same time sleep through the same time: it is skipped once.
    this.skip(Math.max(0, wakeAtMs - this.runningMs()));
  }
}
