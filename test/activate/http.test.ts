import assert from "node:assert/strict";
import { test } from "node:test";
import { actionFor as attioAction } from "../../loader/activate/attio/errors.ts";
import { jsonBody, pauseMs, retryHintsOf } from "../../loader/activate/http.ts";
import { actionFor as postHogAction } from "../../loader/activate/posthog/answers.ts";
import { retryDelayMs } from "../../loader/retry.ts";

const now = Date.parse("2026-01-05T09:00:00Z");

function response(headers: Readonly<Record<string, string>>) {
  return { status: 429, headers, json: undefined };
}

test("Retry-After as an HTTP date is read by the server's own clock", () => {
  const headers = { date: "Mon, 05 Jan 2026 07:00:00 GMT", "retry-after": "Mon, 05 Jan 2026 07:00:02 GMT" };
  assert.equal(pauseMs(response(headers), now), 2000);
  assert.equal(pauseMs(response({ "retry-after": "Mon, 05 Jan 2026 09:00:03 GMT" }), now), 3000);
  assert.equal(pauseMs(response({ "retry-after": "7" }), now), 7000);
  assert.equal(pauseMs(response({ "retry-after": "soon" }), now), undefined);
  assert.equal(pauseMs(response({ "retry-after": "Mon, 05 Jan 2026 19:00:00 GMT" }), now), 120_000, "it is capped");
});

test("without a time from the server the delays double, are jittered, and are capped", () => {
  assert.deepEqual(
    [1, 2, 3, 7, 20].map((attempt) => retryDelayMs(attempt, undefined, now, 0)),
    [1000, 2000, 4000, 60_000, 60_000],
  );
  assert.equal(retryDelayMs(1, undefined, now, 1), 1250);
  const { retryAfter, serverNowMs } = retryHintsOf(response({ "retry-after": "600" }), now);
  assert.equal(retryDelayMs(1, retryAfter, serverNowMs, 0), 120_000);
});

test("a body has no half of a surrogate pair and no NUL, which no API takes, and is otherwise as it was", () => {
  assert.equal(jsonBody({ text: ["a\ud83d b\0c 😀", "\\u0000"] }), '{"text":["a\ufffd b\ufffdc 😀","\\\\u0000"]}');
});

for (const [status, action] of [
  [200, "accept"],
  [301, "elsewhere"],
  [400, "halve"],
  [401, "refuse"],
  [402, "unpaid"],
  [403, "refuse"],
  [404, "elsewhere"],
  [408, "retry"],
  [413, "halve"],
  [429, "retry"],
  [500, "retry"],
  [503, "retry"],
] as const)
  test(`PostHog's ${status} means ${action}`, () => assert.equal(postHogAction(status), action));

for (const [status, code, action] of [
  [200, "", "accept"],
  [400, "validation_type", "reject"],
  [400, "value_not_found", "reject"],
  [400, "multiple_match_results", "reject"],
  [400, "missing_value", "reject"],
  [400, "uniqueness_conflict", "taken"],
  [401, "unauthorized", "refuse"],
  [402, "", "unavailable"],
  [403, "unauthorized", "refuse"],
  [403, "billing_error", "unavailable"],
  [404, "not_found", "missing"],
  [408, "", "unknown"],
  [409, "concurrent_write_conflict", "again"],
  [409, "slug_conflict", "taken"],
  [413, "", "reject"],
  [429, "rate_limit_exceeded", "pause"],
  [500, "", "unknown"],
  [502, "", "unknown"],
] as const)
  test(`Attio's ${status} ${code} means ${action}`, () => assert.equal(attioAction(status, code), action));
