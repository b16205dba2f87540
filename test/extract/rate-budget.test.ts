import assert from "node:assert/strict";
import { test } from "node:test";
import { RateBudget } from "../../loader/extract/rate-budget.ts";
import { rateHeadersOf } from "../../loader/extract/rate-headers.ts";
import { ServerClock } from "../../loader/extract/server-clock.ts";
import { serverDelayMsMax } from "../../loader/retry.ts";
import { VirtualTime } from "../tools/virtual-time.ts";

const windowSeconds = 10;

type Traffic = { readonly used: number; readonly refused: number; readonly ours: number };

type Desk = {
  readonly limitAt: (window: number) => number;
  /** Requests of other apps that come before ours in a window. */
  readonly othersPerWindow?: number;
  /** Requests of other apps a second, all the time. */
  readonly othersPerSecond?: number;
  /** The server's clock minus ours. */
  readonly skewMs?: number;
  /** How the end of a window is told: by default in epoch seconds. */
  readonly endText?: (endSeconds: number, nowMs: number, answerNumber: number) => string;
};

/** A server that counts requests in windows of ten seconds, as Intercom does, and tells only what its headers tell. */
class CountingServer {
  readonly windows = new Map<number, Traffic>();
  readonly #time: VirtualTime;
  readonly #desk: Desk;
  #answers = 0;

  constructor(time: VirtualTime, desk: Desk) {
    this.#time = time;
    this.#desk = desk;
  }

  answer(): { isRefused: boolean; headers: Record<string, string>; date: string } {
    const nowMs = this.#time.nowMs + (this.#desk.skewMs ?? 0);
    const window = Math.floor(nowMs / 1000 / windowSeconds);
    const limit = this.#desk.limitAt(window);
    const begun = this.windows.get(window) ?? { used: this.#desk.othersPerWindow ?? 0, refused: 0, ours: 0 };
    const secondsOfWindow = nowMs / 1000 - window * windowSeconds;
    const others = (this.#desk.othersPerWindow ?? 0) + Math.floor((this.#desk.othersPerSecond ?? 0) * secondsOfWindow);
    const traffic = { ...begun, used: Math.min(limit, Math.max(begun.used, begun.ours + others)) };
    const isRefused = traffic.used >= limit;
    const next = isRefused
      ? { ...traffic, refused: traffic.refused + 1 }
      : { ...traffic, used: traffic.used + 1, ours: traffic.ours + 1 };
    this.windows.set(window, next);
    this.#answers += 1;
    const endText = this.#desk.endText ?? String;
    const headers = {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - next.used)),
      "x-ratelimit-reset": endText((window + 1) * windowSeconds, nowMs, this.#answers),
    };
    return { isRefused, headers, date: new Date(Math.floor(nowMs / 1000) * 1000).toUTCString() };
  }

  /** The windows that ours had from beginning to end. */
  get whole(): Traffic[] {
    return [...this.windows.values()].slice(1, -1);
  }
}

/** Many workers that ask as fast as the budget lets them, each answer taking `latencyMs`. */
async function spend(desk: Desk, seconds: number, latencyMs: number, share = 1): Promise<CountingServer> {
  const time = new VirtualTime();
  const server = new CountingServer(time, desk);
  const clock = new ServerClock(() => time.nowMs);
  const budget = new RateBudget(time.effects, clock, share);
  const stop = new AbortController();
  const endMs = time.nowMs + seconds * 1000;
  const worker = async (): Promise<void> => {
    while (time.nowMs < endMs) {
      const permit = await budget.acquire(stop.signal).catch(() => undefined);
      if (permit === undefined) return;
      const sentAtMs = time.nowMs;
      await time.sleep(latencyMs * 0.4);
      const { isRefused, headers, date } = server.answer();
      await time.sleep(latencyMs * 0.6);
      clock.observe(date, sentAtMs, time.nowMs);
      const rate = rateHeadersOf(headers, clock.nowMs());
      if (isRefused) budget.pause(rate, undefined, sentAtMs);
      budget.release(permit, rate, true, isRefused);
    }
    stop.abort();
  };
  await time.until(Promise.all(Array.from({ length: 40 }, worker)));
  return server;
}

function assertFull(server: CountingServer, limit: number, share = 1): void {
  for (const window of server.whole) {
    assert.equal(window.refused, 0, `refused in a window: ${JSON.stringify(window)}`);
    assert.ok(
      window.used >= limit * share * 0.97 && window.used <= limit,
      `a window was not filled: ${JSON.stringify(window)}`,
    );
  }
}

for (const limit of [17, 167, 1667]) {
  test(`a limit of ${limit} in ten seconds is filled to 97 % in every whole window without a 429`, async () => {
    const server = await spend({ limitAt: () => limit }, 65, limit > 1000 ? 20 : 150);
    assert.ok(server.whole.length >= 5);
    assertFull(server, limit);
  });
}

for (const skewMs of [-7300, 8400]) {
  test(`a server whose clock is ${skewMs} ms off ours is neither asked too early nor too late`, async () => {
    assertFull(await spend({ limitAt: () => 167, skewMs }, 65, 150), 167);
  });
}

test("requests of other apps permit us what remains", async () => {
  const server = await spend({ limitAt: () => 167, othersPerWindow: 60 }, 65, 150);
  assertFull(server, 167);
  for (const window of server.whole) assert.ok(window.ours >= 107 * 0.97);
});

test("other apps that go on asking all the time cost us next to no 429", async () => {
  const server = await spend({ limitAt: () => 167, othersPerSecond: 6 }, 125, 150);
  const refused = server.whole.reduce((sum, window) => sum + window.refused, 0);
  const ours = server.whole.reduce((sum, window) => sum + window.ours, 0);
  assert.ok(refused <= ours * 0.005, `${refused} refused of ${ours}`);
  assert.ok(ours / server.whole.length >= 167 - 60 - 10, `${ours} in ${server.whole.length} windows`);
});

test("a share of the limit leaves the rest to others", async () => {
  const server = await spend({ limitAt: () => 160 }, 65, 150, 0.5);
  for (const window of server.whole) assert.ok(window.used <= 80 && window.used >= 78, JSON.stringify(window));
});

test("a limit that changes between windows is followed", async () => {
  const server = await spend({ limitAt: (window) => (window % 2 === 0 ? 167 : 40) }, 85, 150);
  for (const [number, window] of [...server.windows].slice(1, -1)) {
    const limit = number % 2 === 0 ? 167 : 40;
    assert.ok(window.refused === 0 && window.used >= limit * 0.97, `${number}: ${JSON.stringify(window)}`);
  }
});

test("before the first answer only one request is under way", async () => {
  const time = new VirtualTime();
  const budget = new RateBudget(time.effects, new ServerClock(() => time.nowMs));
  const signal = new AbortController().signal;
  const first = await budget.acquire(signal);
  let isSecondGone = false;
  const second = budget.acquire(signal).then((permit) => {
    isSecondGone = true;
    return permit;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isSecondGone, false);
  budget.release(first, undefined, true); // an answer that states no limit
  await second;
});

test("a 429 stops everybody until the window that it names is over", async () => {
  const time = new VirtualTime();
  const budget = new RateBudget(time.effects, new ServerClock(() => time.nowMs));
  const signal = new AbortController().signal;
  const permit = await budget.acquire(signal);
  const resetSeconds = time.nowMs / 1000 + 7;
  assert.equal(budget.pause({ limit: 167, remaining: 0, resetSeconds }, undefined), 7000);
  budget.release(permit, { limit: 167, remaining: 0, resetSeconds }, true);
  const startMs = time.nowMs;
  await time.until(budget.acquire(signal));
  assert.equal(time.nowMs - startMs, 7000);
  assert.equal(budget.refusals, 1);
});

test("a 429 that names no time pauses 1 s, 2 s, 4 s", async () => {
  const time = new VirtualTime();
  const budget = new RateBudget(time.effects, new ServerClock(() => time.nowMs));
  assert.deepEqual(
    [1, 2, 3].map(() => budget.pause(undefined, undefined)),
    [1000, 2000, 4000],
  );
  assert.equal(budget.pause(undefined, "3"), 3000);
});

test("requests that were under way together are refused together: their pause does not grow", async () => {
  const time = new VirtualTime();
  const budget = new RateBudget(time.effects, new ServerClock(() => time.nowMs));
  const sentAtMs = time.nowMs;
  await time.until(time.sleep(150));
  assert.deepEqual(
    Array.from({ length: 40 }, () => budget.pause(undefined, undefined, sentAtMs)),
    Array.from({ length: 40 }, () => 1000),
  );
  await time.until(time.sleep(1000));
  assert.equal(budget.pause(undefined, undefined, time.nowMs), 2000);
});

test("who waits for the budget can be called off", async () => {
  const time = new VirtualTime();
  const budget = new RateBudget(time.effects, new ServerClock(() => time.nowMs));
  const stop = new AbortController();
  await budget.acquire(stop.signal);
  const waiting = budget.acquire(stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(waiting, /enough/);
});

/** What each way to tell a window's end leaves of the requests that could have been sent. */
const endTexts: readonly (readonly [string, NonNullable<Desk["endText"]>, number])[] = [
  ["in epoch milliseconds", (end) => String(end * 1000), 0.97],
  ["as a date", (end) => new Date(end * 1000).toUTCString(), 0.97],
  ["with blanks around it", (end) => ` ${end} `, 0.97],
  ["in seconds from now", (end, nowMs) => String(Math.ceil(end - nowMs / 1000)), 0.85],
  ["a minute too late now and then", (end, _nowMs, number) => String(end + (number % 50 === 7 ? 60 : 0)), 0.97],
  ["a year too late now and then", (end, _nowMs, number) => String(end + (number % 50 === 7 ? 31_536_000 : 0)), 0.97],
  ["a minute too late at first", (end, _nowMs, number) => String(end + (number < 20 ? 60 : 0)), 0.9],
  ["always a year too late", (end) => String(end + 31_536_000), 0.5],
  ["always too early", (end) => String(end - 2 * windowSeconds), 0.5],
  ["as nothing readable", () => "soon", 0.5],
  ["below 0", () => "-5", 0.5],
];
for (const [how, endText, share] of endTexts) {
  test(`windows whose end is told ${how} are used to ${share * 100} %`, async () => {
    const limit = 167;
    const windows = 12;
    const server = await spend({ limitAt: () => limit, endText }, windows * windowSeconds, 150);
    const ours = [...server.windows.values()].reduce((sum, window) => sum + window.ours, 0);
    assert.ok(ours >= windows * limit * share, `${ours} in ${windows} windows`);
  });
}

test("a pause is bounded, whatever end a 429 names", () => {
  const time = new VirtualTime();
  const budget = new RateBudget(time.effects, new ServerClock(() => time.nowMs));
  const inAYear = time.nowMs / 1000 + 31_536_000;
  assert.equal(budget.pause({ limit: 167, remaining: 0, resetSeconds: inAYear }, undefined), serverDelayMsMax);
  assert.equal(budget.pause(undefined, String(inAYear)), serverDelayMsMax);
});

test("who waits goes on within a bounded time when a clock is set back by a day meanwhile", async () => {
  const time = new VirtualTime();
  let setBackMs = 0;
  const effects = { ...time.effects, now: () => time.nowMs - setBackMs };
  const budget = new RateBudget(effects, new ServerClock(effects.now));
  const signal = new AbortController().signal;
  const permit = await budget.acquire(signal);
  const rate = { limit: 167, remaining: 0, resetSeconds: time.nowMs / 1000 + 7 };
  budget.pause(rate, undefined);
  budget.release(permit, rate, true);
  setBackMs = 86_400_000;
  const startMs = time.nowMs;
  await time.until(budget.acquire(signal));
  assert.ok(time.nowMs - startMs <= 2 * serverDelayMsMax, `${time.nowMs - startMs} ms`);
});

test("rate headers count only when all three are there and the end can be true", () => {
  const nowSeconds = 1_767_603_570;
  const rateOf = (end: string | undefined, remaining = "5") =>
    rateHeadersOf(
      {
        "x-ratelimit-limit": "167",
        "x-ratelimit-remaining": remaining,
        ...(end === undefined ? {} : { "x-ratelimit-reset": end }),
      },
      nowSeconds * 1000,
    );
  const known = { limit: 167, remaining: 5, resetSeconds: nowSeconds + 7 };
  assert.deepEqual(rateOf(String(nowSeconds + 7)), known);
  assert.deepEqual(rateOf(String((nowSeconds + 7) * 1000)), known);
  assert.deepEqual(rateOf("7"), known);
  for (const end of [undefined, "", "soon", "-7", String(nowSeconds + 86_400), String(nowSeconds - 86_400)])
    assert.equal(rateOf(end), undefined, end);
  assert.equal(rateOf(String(nowSeconds + 7), ""), undefined);
});
