import type { FaultKind } from "../fake/intercom/faults.ts";

/** A way in which Intercom can fail one request, and the exit code of a run that meets it once. */
export type KnownFault = {
  readonly name: string;
  readonly fault: FaultKind;
  /** 0: the run goes on as if nothing had been. */
  readonly exitCode: 0 | 3;
};

const page = "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>";

export const knownFaults: readonly KnownFault[] = [
  { name: "500", fault: { kind: "status", code: 500 }, exitCode: 0 },
  { name: "503 with Retry-After", fault: { kind: "status", code: 503, headers: { "retry-after": "7" } }, exitCode: 0 },
  { name: "502 with an HTML page", fault: { kind: "html", code: 502 }, exitCode: 0 },
  { name: "200 with an HTML page", fault: { kind: "html", code: 200 }, exitCode: 0 },
  { name: "429 without headers", fault: { kind: "status", code: 429 }, exitCode: 0 },
  { name: "429 with Retry-After", fault: { kind: "status", code: 429, headers: { "retry-after": "3" } }, exitCode: 0 },
  { name: "a reset connection", fault: { kind: "reset" }, exitCode: 0 },
  { name: "a cut body", fault: { kind: "cut" }, exitCode: 0 },
  { name: "an empty body", fault: { kind: "empty" }, exitCode: 0 },
  { name: "401", fault: { kind: "status", code: 401 }, exitCode: 3 },
  { name: "403 with an HTML page", fault: { kind: "status", code: 403, body: page }, exitCode: 3 },
];

/** What can't be an answer: a thread is asked for once more, a scroll begins again; what can't be missing ends the run. */
export const missingFaults: readonly { readonly name: string; readonly fault: FaultKind }[] = [
  { name: "404", fault: { kind: "status", code: 404 } },
  { name: "404 with an HTML page", fault: { kind: "html", code: 404 } },
  { name: "200 with other JSON", fault: { kind: "status", code: 200, body: { message: "Hello" } } },
];

/** In words, what is wrong with the exit code of a run that met a 404 once. */
export function judgeMissing(run: { readonly exitCode: number; readonly error: unknown }): string[] {
  return run.exitCode === 0 || run.exitCode === 4 ? [] : [`exit ${run.exitCode}: ${String(run.error)}`];
}

/** In words, what is wrong with the exit code of a run that met a known fault once. */
export function judgeExit(run: { readonly exitCode: number; readonly error: unknown }, exitCode: number): string[] {
  return run.exitCode === exitCode ? [] : [`exit ${run.exitCode} instead of ${exitCode}: ${String(run.error)}`];
}
