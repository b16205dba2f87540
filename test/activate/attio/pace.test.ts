import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../../loader/activate/attio/pace.ts";
import { AttioRateLimit } from "../../fake/attio/rate-limit.ts";
import { VirtualTime } from "../../tools/virtual-time.ts";

const perSecond = 25;

/** So many requests at the pace; the server's second begins anywhere in ours. */
async function requests(time: VirtualTime, pace: Pace, count: number, limit: AttioRateLimit, phaseMs: number) {
  const signal = new AbortController().signal;
  const work = Array.from({ length: count }, async () => {
    await pace.acquire(signal);
    limit.take("writes", time.nowMs + phaseMs);
  });
  await time.until(Promise.all(work));
}

test("the pace is never above the limit, wherever the server's second begins, and uses 95 % of it", async () => {
  for (const phaseMs of [0, 1, 39, 500, 999]) {
    const time = new VirtualTime();
    const limit = new AttioRateLimit({ reads: 0, writes: perSecond });
    await requests(time, new Pace(time.effects, perSecond), 1000, limit, phaseMs);
    assert.equal(limit.refusals, 0);
    const whole = limit.seconds.slice(1, -1);
    const used = whole.reduce((sum, { writes }) => sum + writes, 0) / (perSecond * whole.length);
    assert.ok(used >= 0.95, `${used} of the limit is used`);
  }
});

test("after a pause nobody makes up for it in a burst", async () => {
  const time = new VirtualTime();
  const limit = new AttioRateLimit({ reads: 0, writes: perSecond });
  const pace = new Pace(time.effects, perSecond);
  await requests(time, pace, 30, limit, 0);
  pace.pause(5000);
  const startedMs = time.nowMs;
  await requests(time, pace, 60, limit, 0);
  assert.equal(limit.refusals, 0);
  assert.ok(time.nowMs - startedMs >= 5000 + (59 * 1000) / perSecond);
});

test("who gives up waiting takes no turn", async () => {
  const time = new VirtualTime();
  const pace = new Pace(time.effects, 1);
  const ending = new AbortController();
  await pace.acquire(ending.signal);
  const waiting = pace.acquire(ending.signal);
  ending.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
  const startedMs = time.nowMs;
  await time.until(pace.acquire(new AbortController().signal));
  assert.ok(time.nowMs - startedMs <= 1100);
});
