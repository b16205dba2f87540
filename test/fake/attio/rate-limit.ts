// Attio's rate limits: so many reads and writes in each second of its clock.
import type { DestinationAnswer } from "../destination-faults.ts";
import { AttioError } from "./values.ts";

export type RateLimits = { readonly reads: number; readonly writes: number };

/** What a second let through. */
export type Second = { readonly second: number; reads: number; writes: number };

const secondsMax = 10_000;

export class AttioRateLimit {
  readonly seconds: Second[] = [];
  refusals = 0;
  readonly #limits: RateLimits;

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** The refusal, when the second is full. `Retry-After` is the HTTP date of the next. */
  take(kind: keyof RateLimits, nowMs: number): DestinationAnswer | undefined {
    const second = Math.floor(nowMs / 1000);
    let current = this.seconds.at(-1);
    if (current?.second !== second) {
      current = { second, reads: 0, writes: 0 };
      this.seconds.push(current);
      if (this.seconds.length > secondsMax) this.seconds.shift();
    }
    if (current[kind] < this.#limits[kind]) {
      current[kind] += 1;
      return undefined;
    }
    this.refusals += 1;
    const headers = {
      date: new Date(second * 1000).toUTCString(),
      "retry-after": new Date((second + 1) * 1000).toUTCString(),
    };
    return { status: 429, body: new AttioError(429, "rate_limit_exceeded", "Too many requests.").body, headers };
  }
}
