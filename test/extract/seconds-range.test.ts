import assert from "node:assert/strict";
import { test } from "node:test";
import { coveredByBoth, joined, type SecondsRange, uncovered } from "../../loader/extract/seconds-range.ts";
import { Random } from "../fake/desk/random.ts";

const end = 60;

function ranges(random: Random): SecondsRange[] {
  return Array.from({ length: random.below(6 + 1) }, () => {
    const from = random.below(end + 1);
    return { from, to: Math.min(end, from + random.below(12 + 1)) };
  });
}

function secondsOf(list: readonly SecondsRange[]): number[] {
  const seconds = Array.from({ length: end + 1 }, (_, second) => second);
  return seconds.filter((second) => list.some(({ from, to }) => from <= second && second <= to));
}

test("ranges joined, common and left uncovered have just the seconds that they should, in order and apart", () => {
  const random = new Random(7);
  for (let round = 0; round < 500; round += 1) {
    const [some, others] = [ranges(random), ranges(random)];
    const inBoth = secondsOf(some).filter((second) => secondsOf(others).includes(second));
    const gaps = secondsOf([{ from: 0, to: end }]).filter((second) => !secondsOf(some).includes(second));
    for (const [found, wanted] of [
      [joined(some), secondsOf(some)],
      [coveredByBoth(some, others), inBoth],
      [uncovered({ from: 0, to: end }, some), gaps],
    ] as const) {
      assert.deepEqual(secondsOf(found), wanted);
      const isApart = found.every(({ from }, index) => index === 0 || from > (found[index - 1]?.to ?? 0) + 1);
      assert.ok(isApart, JSON.stringify({ some, others, found }));
    }
  }
});

test("a year of hourly windows is compared at once", () => {
  const windows = Array.from({ length: 9000 }, (_, hour) => ({ from: hour * 3600, to: hour * 3600 + 3599 }));
  assert.deepEqual(coveredByBoth(windows, windows.slice(1)), [{ from: 3600, to: 9000 * 3600 - 1 }]);
});
