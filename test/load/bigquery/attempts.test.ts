import assert from "node:assert/strict";
import { test } from "node:test";
import { eachAtOnce } from "../../../loader/load/bigquery/at-once.ts";
import { attemptUntilDone } from "../../../loader/load/bigquery/attempts.ts";
import { SkippingClock } from "../../fault/skipping-clock.ts";

/** Effects whose sleeps take no time, and the delays that were asked for, milliseconds. */
function setUp() {
  const delays: unknown[] = [];
  const effects = new SkippingClock().effects(
    () => 0,
    (_event, fields) => delays.push(fields?.["delay_ms"]),
  );
  return { effects, delays };
}

test("attempts end with the first value, and each failed one is followed by twice the delay", async () => {
  const { effects, delays } = setUp();
  const value = await attemptUntilDone<number>(effects, "try", 9, async (number) =>
    number < 4 ? { error: new Error(`${number}`), next: "after a delay" } : { value: number },
  );
  assert.equal(value, 4);
  assert.deepEqual(delays, [1000, 2000, 4000]);
});

test("attempts end with the last one's error, also when none of them waits", async () => {
  for (const next of ["at once", "after a delay"] as const) {
    const { effects, delays } = setUp();
    let attempts = 0;
    const attempt = async (number: number) => {
      attempts += 1;
      return { error: new Error(`attempt ${number}`), next };
    };
    await assert.rejects(attemptUntilDone(effects, "try", 3, attempt), /attempt 3/);
    assert.equal(attempts, 3);
    assert.equal(delays.length, next === "at once" ? 0 : 2);
  }
});

test("an error that an attempt throws ends all attempts", async () => {
  const { effects } = setUp();
  let attempts = 0;
  const attempt = async (): Promise<never> => {
    attempts += 1;
    throw new Error("for good");
  };
  await assert.rejects(attemptUntilDone(effects, "try", 3, attempt), /for good/);
  assert.equal(attempts, 1);
});

test("work on several items at once begins nothing after a failure, and ends when all work under way has ended", async () => {
  const log: string[] = [];
  const failing = new Promise<void>((_resolve, reject) => setImmediate(() => reject(new Error("second"))));
  const work = async (item: string): Promise<void> => {
    log.push(`${item} begins`);
    if (item === "second") await failing;
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    log.push(`${item} ends`);
  };
  await assert.rejects(eachAtOnce(["first", "second", "third", "fourth"], 2, work), /second/);
  assert.deepEqual(log, ["first begins", "second begins", "first ends"]);
});
