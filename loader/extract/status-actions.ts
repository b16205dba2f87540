/** What to do with an answer of Intercom's. How long to wait before asking again is in ../retry.ts. */

export type Action =
  | "accept" // use the body
  | "retry" // the server stumbled: ask again after a delay
  | "pause" // 429: nobody asks until the window is over
  | "refuse" // the token or a scope is wrong: stop at once
  | "missing" // there is no such record
  | "fail"; // the request itself is wrong: asking again can't help

/**
 * What a request is after: one record, or a list of them. A 404 says that a record is gone; of a list it says that the
 * route is not there, and nothing about any record.
 */
export type RequestKind = "record" | "list";

/** How long to go on with one request. */
export type RetryLimit = {
  /** Asks at most so often. */
  readonly attemptsMax: number;
  /** Gives up after this long, answers and delays counted, but not the waits that the rate limit asks for. */
  readonly msMax: number;
};

/** Of a list: without it there is nothing to go on with. */
export const listRetryLimit: RetryLimit = { attemptsMax: 8, msMax: 300_000 };
/** Of one record among many: the others wait for it. */
export const recordRetryLimit: RetryLimit = { attemptsMax: 4, msMax: 20_000 };
/** Of a run's first request: a run that can't begin says so within seconds. */
export const firstRetryLimit: RetryLimit = { attemptsMax: 4, msMax: 60_000 };
/** Of a search that can be cut in two, once an earlier one has failed. */
export const failFastRetryLimit: RetryLimit = { attemptsMax: 2, msMax: 20_000 };
/** A search that takes Intercom too long is asked for only so often before it is cut in two. */
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

/** What an HTTP status asks of the caller. */
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

/** Whether an answer, or the lack of one, says that the request asks for too much at once. */
export function isTooHeavy(status: number | undefined, systemCode: string | undefined): boolean {
  return (
    (status !== undefined && heavyStatuses.has(status)) || (systemCode !== undefined && heavyCodes.has(systemCode))
  );
}
