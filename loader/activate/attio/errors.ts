import { textAt } from "../../json-path.ts";
import type { HttpResponse } from "../http.ts";

/** What Attio's answer asks of the caller. */
export type AttioAction =
  | "accept"
  | "again" // certainly not done: ask again
  | "pause" // 429: certainly not done; nobody asks for a while
  | "unknown" // done or not: look before asking again
  | "refuse" // the key or its scopes
  | "unavailable" // the plan does not include it
  | "missing" // there is no such object, activity or record
  | "taken" // another record has the unique value
  | "reject"; // this record cannot be written

/** By error code, where it says more than the status: https://docs.attio.com/rest-api */
const actionByCode: Readonly<Record<string, AttioAction>> = {
  concurrent_write_conflict: "again",
  billing_error: "unavailable",
  uniqueness_conflict: "taken",
  slug_conflict: "taken",
};

const actionByStatus: Readonly<Record<number, AttioAction>> = {
  400: "reject",
  401: "refuse",
  402: "unavailable",
  403: "refuse",
  404: "missing",
  408: "unknown",
  409: "reject",
  413: "reject",
  422: "reject",
  425: "again",
  429: "pause",
};

export function actionFor(status: number, code: string): AttioAction {
  if (status >= 200 && status < 300) return "accept";
  if (status >= 500) return "unknown";
  return actionByCode[code] ?? actionByStatus[status] ?? "reject";
}

/** The error's code; empty when the body has none. Its message is not passed on: it may quote values. */
export function codeOf(response: HttpResponse): string {
  const code = textAt(response.json, "code");
  return code !== undefined && /^[a-z_]{1,60}$/.test(code) ? code : "";
}

/** What a code means for a record, as a reason that stands beside it. */
const reasonByCode: Readonly<Record<string, string>> = {
  value_not_found: "Attio does not know a value of it (a linked record, or an attribute)",
  multiple_match_results: "Attio finds several records for a value of it",
  missing_value: "Attio wants a value that it lacks: a required attribute",
  validation_type: "a value has not the type that Attio's attribute has",
  uniqueness_conflict: "another record in Attio has its unique value",
};

/** Codes that are about the records that it is linked to: they may be others by the next run. */
const passingCodes = new Set(["value_not_found", "multiple_match_results"]);

export function isPassing(response: HttpResponse): boolean {
  return passingCodes.has(codeOf(response));
}

export function reasonFor(response: HttpResponse): string {
  const code = codeOf(response);
  if (response.status === 413) return "it is larger than Attio takes";
  return `${reasonByCode[code] ?? "Attio refused it"} (${`${response.status} ${code}`.trim()})`;
}
