import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, actionFor, isTooHeavy } from "../../loader/extract/status-actions.ts";
import { retryAfterMs, retryDelayMs, retryDelayMsMax, serverDelayMsMax, serverDelayMsMin } from "../../loader/retry.ts";

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

test("the server's own delay goes first, up to a cap", () => {
  assert.equal(retryDelayMs(3, "7", now, 0.5), 7000);
  assert.equal(retryDelayMs(3, "Mon, 05 Jan 2026 09:00:12 GMT", now, 0.5), 12_000);
  assert.equal(retryDelayMs(1, "86400", now, 0), serverDelayMsMax);
});

test("a server that asks for no wait gets our own delay, since none at all would be a busy loop", () => {
  assert.equal(retryDelayMs(3, "Mon, 05 Jan 2026 08:00:00 GMT", now, 0), 4000);
  assert.equal(retryDelayMs(3, "0", now, 0), 4000);
});

const nowSeconds = now / 1000;
const delays: readonly (readonly [what: string, header: string | undefined, milliseconds: number | undefined])[] = [
  ["seconds", "7", 7000],
  ["seconds with blanks around them", "  7 ", 7000],
  ["a fraction of seconds", "2.5", 2500],
  ["less than a second", "0.001", serverDelayMsMin],
  ["an HTTP date", "Mon, 05 Jan 2026 09:00:12 GMT", 12_000],
  ["an HTTP date of RFC 850", "Monday, 05-Jan-26 09:00:12 GMT", 12_000],
  ["an HTTP date of asctime", "Mon Jan  5 09:00:12 2026", 12_000],
  ["a date in another zone", "Mon, 05 Jan 2026 10:00:12 +0100", 12_000],
  ["an ISO date", "2026-01-05T09:00:12.500Z", 12_500],
  ["an ISO date without a zone", "2026-01-05T09:00:12", 12_000],
  ["epoch seconds", String(nowSeconds + 9), 9000],
  ["epoch seconds with a fraction", `${nowSeconds + 9}.25`, 9250],
  ["epoch milliseconds", String(now + 9876), 9876],
  ["a moment ahead", String(now + 3), serverDelayMsMin],
  ["a day in seconds", "86400", serverDelayMsMax],
  ["a year in seconds", "31536000", serverDelayMsMax],
  ["a date in a year", "Tue, 05 Jan 2027 09:00:00 GMT", serverDelayMsMax],
  ["epoch seconds in a year", String(nowSeconds + 31_536_000), serverDelayMsMax],
  ["epoch milliseconds in a year", String(now + 31_536_000_000), serverDelayMsMax],
  ["no seconds", "0", undefined],
  ["a date that is over", "Mon, 05 Jan 2026 08:59:59 GMT", undefined],
  ["epoch seconds that are over", String(nowSeconds - 1), undefined],
  ["epoch milliseconds that are over", String(now - 1), undefined],
  ["this very second", String(nowSeconds), undefined],
  ["a negative number", "-7", undefined],
  ["microseconds", String(now * 1000), undefined],
  ["a number beyond all times", "9".repeat(400), undefined],
  ["a word", "soon", undefined],
  ["a word and a number", "soon 7", undefined],
  ["a day and a number", "Monday 7", undefined],
  ["a day that is none", "Mon, 99 Jan 2026 09:00:12 GMT", undefined],
  ["hexadecimal digits", "0x10", undefined],
  ["an exponent", "1e3", undefined],
  ["not a number", "NaN", undefined],
  ["infinity", "Infinity", undefined],
  ["two values", "7, 9", undefined],
  ["nothing", "", undefined],
  ["blanks", "   ", undefined],
  ["no header", undefined, undefined],
];
for (const [what, header, milliseconds] of delays)
  test(`${what} (${header?.slice(0, 40)}) asks for ${milliseconds === undefined ? "no wait" : `${milliseconds} ms`}`, () =>
    assert.equal(retryAfterMs(header, now), milliseconds));
