import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, WarehouseError } from "../../../loader/errors.ts";
import { actionOf, asFatalError, JobError } from "../../../loader/load/bigquery/errors.ts";

const answer = (code: number, reason: string, message = "as told") =>
  Object.assign(new Error(message), { code, errors: [{ reason, message }] });
const system = (code: string) => Object.assign(new Error("broken"), { code });

for (const [error, action] of [
  [answer(503, "backendError"), "retry"],
  [answer(500, "internalError"), "retry"],
  [answer(403, "rateLimitExceeded"), "retry"],
  [answer(403, "jobRateLimitExceeded"), "retry"],
  [answer(400, "resourcesExceeded"), "retry"],
  [answer(400, "tableUnavailable"), "retry"],
  [answer(403, "quotaExceeded"), "fail"],
  [answer(403, "accessDenied"), "fail"],
  [answer(403, "billingNotEnabled"), "fail"],
  [answer(400, "invalidQuery"), "fail"],
  [answer(400, "invalid"), "rows"],
  [answer(409, "duplicate"), "exists"],
  [answer(404, "notFound"), "missing"],
  [answer(412, "conditionNotMet"), "lost"],
  [answer(500, "", "job intercom is already created"), "exists"],
  [Object.assign(new Error("<html>"), { code: 502 }), "retry"],
  [Object.assign(new Error("slowly"), { code: 429 }), "retry"],
  [Object.assign(new Error("who"), { code: 401 }), "fail"],
  [system("ECONNRESET"), "retry"],
  [system("EPIPE"), "retry"],
  [system("ENOENT"), "fail"],
  [new Error("socket hang up"), "retry"],
  [new Error("request to https://bigquery.googleapis.com/ failed, reason: socket hang up"), "retry"],
  [new Error("terminated"), "retry"],
  [new TypeError("Cannot read properties of undefined (reading 'network')"), "fail"],
  [new Error("the run was terminated by a fault of ours"), "fail"],
  [answer(400, "invalid", "Field already exists in row 7: already created"), "rows"],
  [answer(503, "backendError", "the note says: table t already exists"), "retry"],
  [new JobError([{ reason: "backendError" }]), "retry"],
  [new ConfigError("held"), "fail"],
  [new TypeError("a fault of ours"), "fail"],
] as const) {
  const [{ reason = "" } = {}] = "errors" in error ? error.errors : [];
  const name = [error.name, "code" in error ? error.code : "", reason, error.message].join(" ");
  test(`${name}: ${action}`, () => assert.equal(actionOf(error), action));
}

test("no message quotes BigQuery, so neither rows nor e-mail addresses get into a log", () => {
  const message = "Could not parse 'secret text' of ada@example.com in row 7";
  for (const reason of ["invalid", "invalidQuery", "accessDenied", "notFound", "backendError", "newReasonOfTomorrow"]) {
    const error = asFatalError(answer(400, reason, message), { doing: "load tags", project: "p" });
    assert.ok(error instanceof WarehouseError);
    assert.doesNotMatch(error.message, /secret|example\.com/, reason);
    assert.match(error.message, /BigQuery could not load tags.*What was loaded before stays\.$/, reason);
  }
});
