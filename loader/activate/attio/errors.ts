import { textAt } from "../../json-path.ts";
import type { HttpResponse } from "../http.ts";

/** What to do about Attio's response. */
export type AttioAction =
  | "accept"
  | "again" // certainly not done: send again
  | "pause" // 429: certainly not done; no request starts for a while
  | "unknown" // done or not: look it up before sending again
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

/** The error's code; empty where the body has none. The message is left out: it may quote values. */
export function codeOf(response: HttpResponse): string {
  const code = textAt(response.json, "code");
  return code !== undefined && /^[a-z_]{1,60}$/.test(code) ? code : "";
}

/** What an error code means for a record, as the record's `reason`. */
const reasonByCode: Readonly<Record<string, string>> = {
  value_not_found: "Attio does not know a value of the record (a linked record, or an attribute)",
  multiple_match_results: "a value of the record matches several records in Attio",
  missing_value: "the record lacks a value for a required attribute",
  validation_type: "a value does not have the type of its attribute in Attio",
  uniqueness_conflict: "another record in Attio has the same unique value",
};

/** Codes about linked records: by the next run the links may be right. */
const passingCodes = new Set(["value_not_found", "multiple_match_results"]);

export function isPassing(response: HttpResponse): boolean {
  return passingCodes.has(codeOf(response));
}

export function reasonFor(response: HttpResponse): string {
  const code = codeOf(response);
  if (response.status === 413) return "the ticket is larger than Attio accepts";
  return `${reasonByCode[code] ?? "Attio refused it"} (${`${response.status} ${code}`.trim()})`;
}
