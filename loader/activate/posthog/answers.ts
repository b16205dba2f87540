/** What to do about PostHog's response. */
type Action = "accept" | "retry" | "halve" | "refuse" | "unpaid" | "elsewhere";

const actionByStatus: Readonly<Record<number, Action>> = {
  400: "halve",
  401: "refuse",
  402: "unpaid",
  403: "refuse",
  408: "retry",
  413: "halve",
  422: "halve",
  425: "retry",
  429: "retry",
};

/** What to do about a status. An unlisted 4xx means that the host is not PostHog, or not its address for events. */
export function actionFor(status: number): Action {
  if (status >= 200 && status < 300) return "accept";
  return actionByStatus[status] ?? (status >= 500 ? "retry" : "elsewhere");
}
