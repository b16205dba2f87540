import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FailedRecordError,
  NotFoundError,
  RefusedError,
  RequestError,
  ServiceDownError,
  UnavailableError,
} from "../../loader/errors.ts";
import { failedInARowMax, ServiceHealth } from "../../loader/sync/service-health.ts";
import { VirtualTime } from "../tools/virtual-time.ts";

/** A health whose probe answers as it is told, and an `ask` that fails as often as it is told. */
function setUp(probe: () => Promise<{ hasWaited: boolean }> = async () => ({ hasWaited: false })) {
  const time = new VirtualTime();
  let probes = 0;
  const health = new ServiceHealth({
    effects: time.effects,
    signal: new AbortController().signal,
    probe: () => {
      probes += 1;
      return probe();
    },
  });
  const requestRecord = (
    name: string,
    answers: readonly (Error | string)[],
    retriesNotFound = false,
  ): Promise<string> => {
    let asked = 0;
    const ask = async (): Promise<string> => {
      const answer = answers[Math.min(asked++, answers.length - 1)] ?? "";
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return time.until(health.requestRecord(name, ask, { retriesNotFound }));
  };
  return { health, time, requestRecord, probes: () => probes };
}

const down = new UnavailableError("GET /things/1 failed 4 times");
const wrong = new RequestError("GET /things/1 answered 422", 422, "invalid");
const missing = new NotFoundError("GET /things/1 answered 404", 404, "not_found", 0);

test("a record that can't be had while the service is up is a failed record", async () => {
  const { requestRecord, probes } = setUp();
  await assert.rejects(requestRecord("thing 1", [down]), FailedRecordError);
  assert.equal(probes(), 1);
});

test("a record that is refused is asked for once more, since that may be a slip", async () => {
  const { requestRecord, time } = setUp();
  assert.equal(await requestRecord("thing 1", [wrong, "here"]), "here");
  assert.deepEqual(time.delaysMs, [1000]);
  await assert.rejects(requestRecord("thing 1", [wrong, wrong]), FailedRecordError);
});

test("a missing record is asked for once more only where that is doubted", async () => {
  const { requestRecord } = setUp();
  assert.equal(await requestRecord("thing 1", [missing, "here"], true), "here");
  await assert.rejects(requestRecord("thing 1", [missing], true), NotFoundError);
  await assert.rejects(requestRecord("thing 1", [missing, "here"]), NotFoundError);
});

test("a record whose tries fell into an outage is asked for again, a few times", async () => {
  const { requestRecord, probes } = setUp(async () => ({ hasWaited: true }));
  assert.equal(await requestRecord("thing 1", [down, down, "here"]), "here");
  assert.equal(probes(), 2);
  await assert.rejects(requestRecord("thing 1", [down]), FailedRecordError);
});

test("when the probe fails, the service is down: the record's own error ends the run", async () => {
  const { requestRecord } = setUp(() => Promise.reject(new UnavailableError("GET /me failed 8 times")));
  await assert.rejects(requestRecord("thing 1", [down]), (error) => error === down);
});

test("one probe serves all who wait for it", async () => {
  const { promise, resolve } = Promise.withResolvers<{ hasWaited: boolean }>();
  const { requestRecord, probes } = setUp(() => promise);
  const asked = ["1", "2", "3"].map((name) => requestRecord(`thing ${name}`, [down, "here"]));
  resolve({ hasWaited: true });
  assert.deepEqual(await Promise.all(asked), ["here", "here", "here"]);
  assert.equal(probes(), 1);
});

test("many different records that fail in a row are a service that is down; a good one between them restarts the count", async () => {
  const { requestRecord } = setUp();
  const fail = (name: string): Promise<unknown> => requestRecord(name, [wrong]).catch((error: unknown) => error);
  for (let index = 1; index < failedInARowMax; index += 1)
    assert.ok((await fail(`thing ${index}`)) instanceof FailedRecordError);
  assert.ok((await fail("thing 1")) instanceof FailedRecordError, "the same one again is no further one");
  await requestRecord("thing 0", ["here"]);
  for (let index = 1; index < failedInARowMax; index += 1)
    assert.ok((await fail(`thing ${index}`)) instanceof FailedRecordError);
  const last = await fail(`thing ${failedInARowMax}`);
  assert.ok(last instanceof ServiceDownError);
  assert.match(last.message, /20 different records.*422.*run again later/);
});

test("bad records that all fail at the end are bad records as long as a good one can still be had", async () => {
  const { health, time, requestRecord } = setUp();
  let checks = 0;
  const check = async (): Promise<void> => {
    checks += 1;
  };
  await time.until(health.requestRecord("thing 0", async () => "here", { check }));
  for (let index = 1; index <= 2 * failedInARowMax; index += 1)
    await assert.rejects(requestRecord(`thing ${index}`, [wrong]), FailedRecordError);
  assert.equal(checks, 2);
});

test("records that failed before say nothing about the service", async () => {
  const { health, time } = setUp();
  for (let index = 1; index <= 2 * failedInARowMax; index += 1) {
    const asked = health.requestRecord(`thing ${index}`, () => Promise.reject(wrong), { isKnownToFail: true });
    await assert.rejects(time.until(asked), FailedRecordError);
  }
});

test("what is no matter of one record is passed on as it is", async () => {
  const { requestRecord, probes } = setUp();
  const refused = new RefusedError("401");
  await assert.rejects(requestRecord("thing 1", [refused]), (error) => error === refused);
  assert.equal(probes(), 0);
});

test("the end of the run says nothing about a record that was on its way", async () => {
  const ending = new AbortController();
  const health = new ServiceHealth({
    effects: new VirtualTime().effects,
    signal: ending.signal,
    probe: async () => ({ hasWaited: true }),
  });
  const ended = new ServiceDownError("10 different records failed");
  let round = 0;
  const request = async (): Promise<never> => {
    round += 1;
    if (round < 3) throw down;
    ending.abort(ended);
    throw ended;
  };
  await assert.rejects(health.requestRecord("thing 1", request), (error) => error === ended);
});
