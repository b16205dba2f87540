import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../loader/extract/server-clock.ts";

const startMs = Date.parse("2026-01-05T09:00:00Z");
const yearMs = 365 * 86_400_000;

/** A clock that has seen an answer each second, the n-th with what `dateOf` makes of the server's true time. */
function after(count: number, dateOf: (serverMs: number, number: number) => string | undefined, skewMs = 0) {
  const clock = new ServerClock(() => startMs);
  const errorsMs: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const receivedAtMs = startMs + number * 1000 + 100;
    clock.observe(dateOf(receivedAtMs + skewMs, number), receivedAtMs - 80, receivedAtMs);
    errorsMs.push(clock.atMs(receivedAtMs) - (receivedAtMs + skewMs));
  }
  return { clock, errorsMs };
}

const right = (serverMs: number): string => new Date(serverMs).toUTCString();

test("until an answer has told, the time is ours", () => {
  assert.equal(new ServerClock(() => startMs).nowMs(), startMs);
});

test("the server's clock is known to a second, and never thought ahead of it", () => {
  for (const skewMs of [-7300, 0, 8400, yearMs])
    for (const errorMs of after(5, right, skewMs).errorsMs) assert.ok(errorMs <= 0 && errorMs > -1000, `${errorMs}`);
});

for (const garbage of [undefined, "", "soon", "soon 7", "Monday 7", "NaN", "-1"])
  test(`a Date of ${garbage} teaches nothing`, () => {
    const { errorsMs } = after(6, (serverMs, number) => (number === 3 ? garbage : right(serverMs)), 8400);
    for (const errorMs of errorsMs) assert.ok(errorMs <= 0 && errorMs > -1000, `${errorMs}`);
  });

test("one answer whose Date is a year ahead does not move the clock", () => {
  const dateOf = (serverMs: number, number: number) => right(serverMs + (number === 3 ? yearMs : 0));
  for (const errorMs of after(6, dateOf, 8400).errorsMs) assert.ok(errorMs <= 0 && errorMs > -1000, `${errorMs}`);
});

test("one answer whose Date is a year back is as old as it says, and the next one is not", () => {
  const dateOf = (serverMs: number, number: number) => right(serverMs - (number === 3 ? yearMs : 0));
  const { errorsMs } = after(6, dateOf, 8400);
  for (const [number, errorMs] of errorsMs.entries())
    assert.ok(number === 3 ? errorMs <= -yearMs : errorMs <= 0 && errorMs > -1000, `${number}: ${errorMs}`);
});

test("a first Date that is a year ahead is forgotten after two right ones", () => {
  const dateOf = (serverMs: number, number: number) => right(serverMs + (number === 0 ? yearMs : 0));
  const errorsMs = after(6, dateOf).errorsMs.slice(1);
  for (const errorMs of errorsMs) assert.ok(errorMs <= 0 && errorMs > -1000, `${errorMs}`);
});

test("a clock that was set, ahead or back, is followed from the second answer on", () => {
  for (const changeMs of [3_600_000, -3_600_000]) {
    const dateOf = (serverMs: number, number: number) => right(serverMs + (number >= 3 ? changeMs : 0));
    const { errorsMs } = after(6, dateOf);
    for (const errorMs of errorsMs.slice(4).map((error) => error - changeMs))
      assert.ok(errorMs <= 0 && errorMs > -1000, `${errorMs}`);
    assert.ok((errorsMs[3] ?? 0) <= Math.max(changeMs, 0), "never ahead of either");
  }
});
