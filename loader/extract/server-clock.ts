import { httpDateMs } from "../http-date.ts";

/** Bounds of the server's clock minus ours, in milliseconds. */
type Offset = { readonly min: number; readonly max: number };

/**
 * Intercom's clock, learned from the `Date` headers of its answers.
 *
 * A `Date` of second D on an answer that we received at local time r and asked for at s says that the
 * server's time was at least D at r, and less than D + 1 at s or later. Many answers narrow the offset
 * down to milliseconds; the lower bound is what may be relied on: it is never ahead of the server.
 *
 * States, and what leads from one to the next:
 * - unknown: no answer yet; the server's time is ours. The first date → known.
 * - known: dates that fit narrow the bounds down. A date that does not fit → doubting.
 * - doubting: one date contradicts what is known, because a clock was set, here or there, or because that one answer is
 *   wrong. The earlier of the two is relied on. A date that fits the known → known; one that fits the contradiction →
 *   known, by the new bounds.
 */
export class ServerClock {
  readonly #now: () => number;
  #known: Offset | undefined;
  #doubt: Offset | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes in the `Date` header of an answer; a missing or unreadable one teaches nothing. */
  observe(dateHeader: string | undefined, sentAtMs: number, receivedAtMs: number): void {
    const date = dateHeader === undefined ? undefined : httpDateMs(dateHeader);
    if (date === undefined) return;
    const seen = { min: date - receivedAtMs, max: date + 1000 - sentAtMs };
    const known = this.#known === undefined ? seen : common(this.#known, seen);
    const changed = this.#doubt === undefined ? undefined : common(this.#doubt, seen);
    this.#doubt = known === undefined && changed === undefined ? seen : undefined;
    this.#known = known ?? changed ?? this.#known;
  }

  /** Milliseconds since the epoch by the server's clock at the given local time, not ahead of it. Local time until an answer has told. */
  atMs(localMs: number): number {
    return localMs + Math.min(this.#known?.min ?? 0, this.#doubt?.min ?? Number.POSITIVE_INFINITY);
  }

  /** The same, now. */
  nowMs(): number {
    return this.atMs(this.#now());
  }

  /** What the server's clock shows now at the latest. Infinite until an answer has told. */
  latestMs(): number {
    return (
      this.#now() + Math.max(this.#known?.max ?? Number.POSITIVE_INFINITY, this.#doubt?.max ?? Number.NEGATIVE_INFINITY)
    );
  }
}

/** What two bounds have in common; undefined when that is nothing. */
function common(one: Offset, other: Offset): Offset | undefined {
  const min = Math.max(one.min, other.min);
  const max = Math.min(one.max, other.max);
  return min <= max ? { min, max } : undefined;
}
