/** What to do with an answer of Intercom's. How long to wait before asking again is in ../retry.ts. */

export type Action =
  | "accept" // use the body
  | "retry" // the server stumbled: ask again after a delay
  | "pause" // 429: nobody asks until the window is over
  | "refuse" // the token or a scope is wrong: stop at once
  | "missing" // there is no such record
  | "fail"; // the request itself is wrong: asking again can't help

/** Gives up on one request, waits and all, after this long. */
export const requestMsMax = 300_000;

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
