import type { Effects, LogFields } from "./effects.ts";
import { epochMsOf } from "./epoch.ts";
import { httpDateMs } from "./http-date.ts";

/** When to send a request again, whatever API it goes to. `retry` is the only loop; the delays are pure functions. */

/** The longest delay between two attempts that we choose ourselves. */
export const retryDelayMsMax = 60_000;
/** The most attempts of one request. */
export const attemptsMax = 8;
/** The longest delay that a server is granted. */
export const serverDelayMsMax = 120_000;
/** The shortest delay where the server asks for any: a shorter one would only burn requests. */
export const serverDelayMsMin = 1000;
/** From here on a number is a time and not a delay: as a delay it would be 31 years. */
const epochSecondsMin = 1_000_000_000;

/** Why an attempt failed, and that the next one may not. */
export type FailedAttempt = {
  /** In a few words, for the log and the last error: a status with its code, or a system code. */
  readonly failure: string;
  /** What was thrown, where something was. */
  readonly cause?: unknown;
  /** The response's `Retry-After`. */
  readonly retryAfter?: string | undefined;
  /** The server's clock, epoch milliseconds; this machine's where nothing is known of it. */
  readonly serverNowMs?: number;
  /** What the attempt takes off `msMax`: 0 when left out. */
  readonly tookMs?: number;
  /** Fewer attempts than the request's own limit, for this kind of failure. */
  readonly attemptsMax?: number;
  /** More for the log line. */
  readonly logFields?: LogFields;
};

export type RetryOptions = {
  readonly effects: Effects;
  readonly signal: AbortSignal;
  /** The request's name in the log: "GET /me". */
  readonly request: string;
  /** `attemptsMax` when left out. */
  readonly attemptsMax?: number;
  /** The attempts and the delays between them take this long at most; without a limit when left out. */
  readonly msMax?: number;
  /** The longest delay while so many milliseconds are left. */
  readonly delayMsMax?: (msLeft: number) => number;
  /** The error that ends the request after its last attempt. */
  readonly errorAfter: (last: FailedAttempt, attempts: number) => Error;
};

/**
 * Makes attempts until one has a result, with a growing delay between them.
 * @param attempt gets its number (the first is 1), and the milliseconds that are left
 * Errors: what `attempt` throws, at once; that of `errorAfter`; the signal's reason.
 */
export async function retry<T>(
  attempt: (number: number, msLeft: number) => Promise<{ readonly result: T } | FailedAttempt>,
  options: RetryOptions,
): Promise<T> {
  const { effects, signal, request } = options;
  let msLeft = options.msMax ?? Number.POSITIVE_INFINITY;
  for (let number = 1; ; number += 1) {
    const outcome = await attempt(number, msLeft);
    if ("result" in outcome) return outcome.result;
    const { failure, retryAfter, serverNowMs = effects.now() } = outcome;
    msLeft -= outcome.tookMs ?? 0;
    const chosenMs = retryDelayMs(number, retryAfter, serverNowMs, effects.random());
    const delayMs = Math.min(chosenMs, options.delayMsMax?.(msLeft) ?? chosenMs);
    const isLast = number >= Math.min(options.attemptsMax ?? attemptsMax, outcome.attemptsMax ?? Infinity);
    if (isLast || delayMs > msLeft) throw options.errorAfter(outcome, number);
    const fields = { request, attempt: number, delay_ms: Math.round(delayMs), failure, ...outcome.logFields };
    effects.log("request_retried", fields);
    await wait(effects, delayMs, signal);
    msLeft -= delayMs;
  }
}

/** Waits. Errors: the signal's reason, where the plain `sleep` would say only that it was aborted. */
export async function wait({ sleep }: Effects, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/**
 * Milliseconds to wait before attempt number `attempt + 1` (the first is 1): what the server asked for,
 * else 1 s, 2 s, 4 s … with up to a quarter of it added at random, capped.
 * @param nowMs by the server's clock, as far as it is known
 */
export function retryDelayMs(attempt: number, retryAfter: string | undefined, nowMs: number, random: number): number {
  const asked = retryAfterMs(retryAfter, nowMs);
  if (asked !== undefined) return asked;
  return Math.min(1000 * 2 ** (attempt - 1) * (1 + random / 4), retryDelayMsMax);
}

/**
 * The milliseconds that a header (`Retry-After` and its like) asks to wait, between `serverDelayMsMin` and
 * `serverDelayMsMax`.
 * @param nowMs by the server's clock, as far as it is known
 * @returns undefined when it asks for no wait: no such header, nothing readable, 0, negative, or a time that is over. The
 * caller then chooses a delay of its own: no delay at all would be a busy loop
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const atMs = namedTimeMs(header, nowMs);
  if (atMs === undefined || atMs <= nowMs) return undefined;
  return Math.min(Math.max(atMs - nowMs, serverDelayMsMin), serverDelayMsMax);
}

/**
 * The time that a header names, in epoch milliseconds: it comes as seconds from now, as epoch seconds, as epoch
 * milliseconds, or as a date. Not capped: see `retryAfterMs`.
 * @returns undefined when there is nothing readable
 */
export function namedTimeMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (!/^\d+(\.\d*)?$/.test(text)) return httpDateMs(text);
  const number = Number(text);
  return number < epochSecondsMin ? nowMs + number * 1000 : epochMsOf(number);
}
