import { epochMsOf } from "./epoch.ts";
import { httpDateMs } from "./http-date.ts";

/** How long to wait before asking again, for whatever is asked. Pure: nothing here waits. */

/** Waits at most this long between two tries of our own choosing. */
export const retryDelayMsMax = 60_000;
/** Asks at most this often for one thing. */
export const attemptsMax = 8;
/** Waits no longer than this even when the server asks for more. */
export const serverDelayMsMax = 120_000;
/** Waits no shorter than this when the server asks for a wait at all: less would only burn requests. */
export const serverDelayMsMin = 1000;
/** From here on a number is a time and not a delay: as a delay it would be 31 years. */
const epochSecondsMin = 1_000_000_000;

/**
 * Milliseconds to wait before try number `attempt + 1` (the first try is 1): what the server asked for,
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
 * @returns undefined when it asks for none: no such header, nothing readable, 0, negative, or a time that is over. The
 * caller then waits as long as it thinks right, since no wait at all would be a busy loop
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
