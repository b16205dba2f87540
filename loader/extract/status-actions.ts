/** What to do about a response's status. The delays between attempts are in ../retry.ts. */

export type Action =
  | "accept" // use the body
  | "retry" // the server stumbled: send again after a delay
  | "pause" // 429: no request starts until the window is over
  | "refuse" // the token or a scope is wrong: stop at once
  | "missing" // there is no such record
  | "fail"; // the request itself is wrong: another attempt would not help

/**
 * Whether a request is for one record or for a list. A record's 404 says that the record is gone. A list's 404 says that the
 * route is missing, and nothing about any record.
 */
export type RequestKind = "record" | "list";

/** When to give up one request. */
export type RetryLimit = {
  readonly attemptsMax: number;
  /** The attempts and the delays take this long at most. Pauses for the rate limit do not count. */
  readonly msMax: number;
};

/** For a list: without it a stream cannot go on. */
export const listRetryLimit: RetryLimit = { attemptsMax: 8, msMax: 300_000 };
/** For one record among many: the others wait for it. */
export const recordRetryLimit: RetryLimit = { attemptsMax: 4, msMax: 20_000 };
/** For a run's first request: a run that cannot begin should fail soon. */
export const firstRetryLimit: RetryLimit = { attemptsMax: 4, msMax: 60_000 };
/** For a search that can be split, once an earlier search failed. */
export const failFastRetryLimit: RetryLimit = { attemptsMax: 2, msMax: 20_000 };
/** Attempts of a search that takes Intercom too long, before the search is split. */
export const heavyAttemptsMax = 2;

type Actions = Readonly<Record<number, Action>>;

const actions: Actions = {
  401: "refuse",
  403: "refuse",
  408: "retry",
  409: "retry",
  421: "retry",
  423: "retry",
  425: "retry",
  429: "pause",
};
const actionsByKind: Readonly<Record<RequestKind, Actions>> = {
  record: {
    404: "missing",
    410: "missing", // contact_merged: the contact is another one now
  },
  list: {},
};

/** What to do about an HTTP status. */
export function actionFor(status: number, kind: RequestKind): Action {
  if (status >= 200 && status < 300) return "accept";
  return actionsByKind[kind][status] ?? actions[status] ?? (status >= 500 ? "retry" : "fail");
}

const heavyStatuses: ReadonlySet<number> = new Set([408, 504, 524]);
const heavyCodes: ReadonlySet<string> = new Set([
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "REQUEST_TIMEOUT",
  "BODY_TOO_LARGE",
]);

/** Whether a response, or its absence, says that the request asks for too much at once. */
export function isTooHeavy(status: number | undefined, systemCode: string | undefined): boolean {
  return (
    (status !== undefined && heavyStatuses.has(status)) || (systemCode !== undefined && heavyCodes.has(systemCode))
  );
}
