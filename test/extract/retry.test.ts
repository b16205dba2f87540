import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, actionFor, isTooHeavy } from "../../loader/extract/retry.ts";
import { retryAfterMs, retryDelayMs, retryDelayMsMax, serverDelayMsMax } from "../../loader/retry.ts";

const now = Date.parse("2026-01-05T09:00:00Z");

const table: readonly (readonly [number, Action])[] = [
  [200, "accept"],
  [202, "accept"],
  [301, "fail"],
  [400, "fail"],
  [401, "refuse"],
  [403, "refuse"],
  [404, "missing"],
  [408, "retry"],
  [409, "retry"],
  [410, "missing"],
  [422, "fail"],
  [421, "retry"],
  [423, "retry"],
  [425, "retry"],
  [429, "pause"],
  [500, "retry"],
  [502, "retry"],
  [503, "retry"],
  [504, "retry"],
  [520, "retry"],
];

for (const [status, action] of table) {
  test(`status ${status} of a record means ${action}`, () => assert.equal(actionFor(status, "record"), action));
  const ofList = action === "missing" ? "fail" : action;
  test(`status ${status} of a list means ${ofList}`, () => assert.equal(actionFor(status, "list"), ofList));
}

for (const [status, code, expected] of [
  [504, undefined, true],
  [524, undefined, true],
  [408, undefined, true],
  [503, undefined, false],
  [500, undefined, false],
  [undefined, "UND_ERR_HEADERS_TIMEOUT", true],
  [undefined, "UND_ERR_BODY_TIMEOUT", true],
  [undefined, "ECONNRESET", false],
  [undefined, undefined, false],
] as const) {
  const what = status ?? code ?? "nothing";
  test(`${what} ${expected ? "says" : "does not say"} that a request asks for too much`, () =>
    assert.equal(isTooHeavy(status, code), expected));
}

test("without a word from the server the delays are 1 s, 2 s, 4 s … up to a cap", () => {
  assert.deepEqual(
    [1, 2, 3, 4].map((attempt) => retryDelayMs(attempt, undefined, now, 0)),
    [1000, 2000, 4000, 8000],
  );
  assert.equal(retryDelayMs(20, undefined, now, 0.99), retryDelayMsMax);
});

test("jitter adds up to a quarter", () => assert.equal(retryDelayMs(1, undefined, now, 1), 1250));

test("the server's own delay goes first, in seconds or as a date, up to a cap", () => {
  assert.equal(retryDelayMs(3, "7", now, 0.5), 7000);
  assert.equal(retryDelayMs(3, "Mon, 05 Jan 2026 09:00:12 GMT", now, 0.5), 12_000);
  assert.equal(retryDelayMs(3, "Mon, 05 Jan 2026 08:00:00 GMT", now, 0.5), 0);
  assert.equal(retryDelayMs(1, "86400", now, 0), serverDelayMsMax);
});

test("a Retry-After that can't be read counts as none", () => {
  assert.equal(retryAfterMs("soon", now), undefined);
  assert.equal(retryAfterMs("", now), undefined);
});
