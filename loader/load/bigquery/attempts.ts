import type { Effects } from "../../effects.ts";
import { retryDelayMs } from "../../retry.ts";

const delayMsMax = 32_000;

/** What one attempt came to: a value; or an error, after which the next attempt comes at once or after a delay. */
export type Attempt<T> =
  | { readonly value: T }
  | { readonly error: unknown; readonly next: "at once" | "after a delay" };

/**
 * The one retry loop of all requests to BigQuery: makes attempts until one has a value. The loop of `loader/retry.ts` is for
 * HTTP requests of our own: it heeds `Retry-After` and a signal, which BigQuery's client does not pass on.
 * Errors: the last attempt's error after `attemptsMax`; whatever `attempt` throws, at once.
 * @param doing what is attempted, for the log: "load conversations" @param attempt is given its number, from 1
 */
export async function attemptUntilDone<T>(
  effects: Effects,
  doing: string,
  attemptsMax: number,
  attempt: (number: number) => Promise<Attempt<T>>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    const outcome = await attempt(number);
    if ("value" in outcome) return outcome.value;
    if (number >= attemptsMax) throw outcome.error;
    if (outcome.next === "after a delay") await pause(effects, number, doing);
  }
}

/** Waits before attempt number `attempt + 1`: 1 s, 2 s, 4 s … with up to a quarter of it added at random, capped. */
export async function pause(effects: Effects, attempt: number, doing: string): Promise<void> {
  const delayMs = Math.min(retryDelayMs(attempt, undefined, effects.now(), effects.random()), delayMsMax);
  effects.log("warehouse_retried", { doing, attempt, delay_ms: Math.round(delayMs) });
  await effects.sleep(delayMs);
}
