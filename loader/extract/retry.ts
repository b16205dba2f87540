/**
 * What to do with an answer, and how long to wait before asking again. Pure: nothing here waits.
 */

export type Action =
  | "accept" // use the body
  | "retry" // the server stumbled: ask again after a delay
  | "pause" // 429: nobody asks until the window is over
  | "refuse" // the token or a scope is wrong: stop at once
  | "missing" // there is no such record
  | "fail"; // the request itself is wrong: asking again can't help

/** Waits at most this long between two tries of our own choosing. */
export const retryDelayMsMax = 60_000;
/** Asks at most this often for one thing. */
export const attemptsMax = 8;
/** Gives up on one request, waits and all, after this long. */
export const requestMsMax = 300_000;
/** Waits no longer than this even when the server asks for more. */
export const serverDelayMsMax = 120_000;

const actionByStatus: Readonly<Record<number, Action>> = {
  401: "refuse",
  403: "refuse",
  404: "missing",
  408: "retry",
  410: "missing", // contact_merged: the contact is another one now
  425: "retry",
  429: "pause",
};

/** What an HTTP status asks of the caller. */
export function actionFor(status: number): Action {
  if (status >= 200 && status < 300) return "accept";
  return actionByStatus[status] ?? (status >= 500 ? "retry" : "fail");
}

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
