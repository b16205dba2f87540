import assert from "node:assert/strict";
import { test } from "node:test";
import { UnavailableError } from "../loader/errors.ts";
import { attemptsMax, type FailedAttempt, type RetryOptions, retry, wait } from "../loader/retry.ts";
import { VirtualTime } from "./tools/virtual-time.ts";

const down: FailedAttempt = { failure: "503" };

function setUp(options: Partial<RetryOptions> = {}) {
  const time = new VirtualTime();
  const stop = new AbortController();
  const errorAfter = ({ failure }: FailedAttempt, attempts: number) => new UnavailableError(`${attempts}: ${failure}`);
  const all = { effects: time.effects, signal: stop.signal, request: "GET /things", errorAfter, ...options };
  const run = (outcomes: readonly (FailedAttempt | "done")[]): Promise<number> =>
    time.until(
      retry<number>(async (number) => {
        const outcome = outcomes[Math.min(number, outcomes.length) - 1];
        return outcome === undefined || outcome === "done" ? { result: number } : outcome;
      }, all),
    );
  return { time, stop, run };
}

test("attempts go on until one has a result, with a growing delay and a log line between them", async () => {
  const { time, run } = setUp();
  assert.equal(await run([down, down, "done"]), 3);
  assert.deepEqual(time.delaysMs, [1000, 2000]);
  const fields = { request: "GET /things", attempt: 1, delay_ms: 1000, failure: "503" };
  assert.deepEqual(time.logged[0], { event: "request_retried", fields });
});

test("the server's delay goes first, by the server's own clock", async () => {
  const { time, run } = setUp();
  const serverNowMs = Date.parse("2030-01-01T00:00:00Z");
  await run([{ ...down, retryAfter: "Tue, 01 Jan 2030 00:00:07 GMT", serverNowMs }, "done"]);
  assert.deepEqual(time.delaysMs, [7000]);
});

test("the last attempt's failure names the error, after the stated number of attempts", async () => {
  await assert.rejects(setUp().run([down]), new UnavailableError(`${attemptsMax}: 503`));
  await assert.rejects(setUp({ attemptsMax: 2 }).run([down, { failure: "504" }]), /^UnavailableError: 2: 504$/);
  await assert.rejects(setUp().run([{ ...down, attemptsMax: 1 }]), /^UnavailableError: 1: 503$/);
});

test("attempts and delays together end at the time that a request may take", async () => {
  const { time, run } = setUp({ msMax: 10_000 });
  await assert.rejects(run([{ ...down, tookMs: 4000 }]), /^UnavailableError: 2: 503$/);
  assert.deepEqual(time.delaysMs, [1000]);
  const short = setUp({ msMax: 10_000, delayMsMax: (msLeft) => msLeft / 2 });
  assert.equal(await short.run([{ ...down, retryAfter: "60" }, "done"]), 2);
  assert.deepEqual(short.time.delaysMs, [5000]);
});

test("what an attempt throws ends it at once", async () => {
  const { time } = setUp();
  const broken = new Error("refused");
  const options = {
    effects: time.effects,
    signal: new AbortController().signal,
    request: "",
    errorAfter: () => broken,
  };
  await assert.rejects(
    retry(() => Promise.reject(broken), options),
    broken,
  );
  assert.deepEqual(time.delaysMs, []);
});

test("a wait that is aborted ends with the signal's reason", async () => {
  const stop = new AbortController();
  const reason = new Error("interrupted");
  const sleep = () => {
    stop.abort(reason);
    return Promise.reject(new Error("aborted"));
  };
  await assert.rejects(wait({ ...setUp().time.effects, sleep }, 1000, stop.signal), reason);
});
