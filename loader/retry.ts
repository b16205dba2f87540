/** How long to wait before asking again, for whatever is asked. Pure: nothing here waits. */

/** Waits at most this long between two tries of our own choosing. */
export const retryDelayMsMax = 60_000;
/** Asks at most this often for one thing. */
export const attemptsMax = 8;
/** Waits no longer than this even when the server asks for more. */
export const serverDelayMsMax = 120_000;

/**
 * Milliseconds to wait before try number `attempt + 1` (the first try is 1): what the server asked for,
 * else 1 s, 2 s, 4 s … with up to a quarter of it added at random, capped.
 */
export function retryDelayMs(attempt: number, retryAfter: string | undefined, nowMs: number, random: number): number {
  const asked = retryAfterMs(retryAfter, nowMs);
  if (asked !== undefined) return Math.min(asked, serverDelayMsMax);
  return Math.min(1000 * 2 ** (attempt - 1) * (1 + random / 4), retryDelayMsMax);
}

/** `Retry-After` in milliseconds from now: it comes as seconds or as an HTTP date. */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
