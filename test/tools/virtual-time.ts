import type { Effects, LogFields } from "../../loader/effects.ts";

type Sleeper = { readonly atMs: number; readonly wake: () => void };

/** Logged events, as the loader's log got them. */
export type LoggedEvent = { readonly event: string; readonly fields: LogFields };

/** A world in which time passes only when nobody has anything else to do, and then at once. */
export class VirtualTime {
  #nowMs: number;
  #sleepers: Sleeper[] = [];
  readonly logged: LoggedEvent[] = [];
  /** Every delay asked for, in order. */
  readonly delaysMs: number[] = [];

  constructor(startMs = Date.parse("2026-01-05T09:00:00Z")) {
    this.#nowMs = startMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get effects(): Effects {
    return {
      now: () => this.#nowMs,
      sleep: (milliseconds, signal) => this.sleep(milliseconds, signal),
      random: () => 0,
      log: (event, fields = {}) => {
        this.logged.push({ event, fields });
      },
    };
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.delaysMs.push(milliseconds);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { atMs: this.#nowMs + milliseconds, wake: resolve };
    this.#sleepers.push(sleeper);
    signal?.addEventListener("abort", () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal.reason);
    });
    return promise;
  }

  /** Lets time pass until the work is done. Fails when everybody waits for nothing. */
  async until<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const done = work.finally(() => {
      isDone = true;
    });
    done.catch(() => undefined);
    while (!isDone) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) break;
      const next = this.#sleepers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined) continue;
      this.#sleepers = this.#sleepers.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
    }
    return done;
  }
}
