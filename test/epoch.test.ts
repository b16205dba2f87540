import assert from "node:assert/strict";
import { test } from "node:test";
import { epochSecondsMax, epochSecondsOf } from "../loader/epoch.ts";

const cases: readonly (readonly [what: string, value: number, seconds: number | undefined])[] = [
  ["seconds", 1_767_603_570, 1_767_603_570],
  ["milliseconds", 1_767_603_570_123, 1_767_603_570],
  ["the first second", 0, 0],
  ["seconds before Intercom was there", 86_400, 86_400],
  ["a part of a second", 1_767_603_570.9, 1_767_603_570],
  ["the last second of the year 9999", epochSecondsMax, epochSecondsMax],
  ["milliseconds of the year 9999", epochSecondsMax * 1000 + 999, epochSecondsMax],
  ["the first number that is milliseconds", epochSecondsMax + 1, 253_402_300],
  ["milliseconds after the year 9999", (epochSecondsMax + 1) * 1000, undefined],
  ["microseconds", 1_767_603_570_123_456, undefined],
  ["a negative time", -1, undefined],
  ["a time before 1970 by a fraction", -0.5, undefined],
  ["not a number", Number.NaN, undefined],
  ["infinity", Number.POSITIVE_INFINITY, undefined],
  ["minus infinity", Number.NEGATIVE_INFINITY, undefined],
];

for (const [what, value, seconds] of cases) {
  test(`${what} (${value}) → ${seconds === undefined ? "no time" : `${seconds} s`}`, () => {
    assert.equal(epochSecondsOf(value), seconds);
  });
}
