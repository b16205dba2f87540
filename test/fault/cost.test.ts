import assert from "node:assert/strict";
import { test } from "node:test";
import { Workshop } from "./workshop.ts";

const workspace = { conversations: 900, accounts: 60, lonelyCompanies: 20, seed: 4 };
/** Of a run of all streams on a small workspace, beside one request for each changed conversation or article. */
const requestsBeside = 44;
const requestsPerChanged = 1.03;

test("a first run asks for each thread once, and for little else", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  let articles = 0;
  workshop.fake.onRequest(({ route }) => {
    if (route === "GET /articles/{id}") articles += 1;
  });
  const run = await workshop.run();
  const threads = [...workshop.threadRequests.values()];
  assert.ok(articles > 50);
  assert.deepEqual(new Set(threads), new Set([1]));
  assert.ok(threads.length > 800);
  const beside = run.requests - articles;
  assert.ok(beside <= requestsPerChanged * threads.length + requestsBeside, `${beside} requests`);
});

test("what has not changed is not retrieved, even when hundreds share the last second", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  const ids = [...workshop.fake.world.conversationIds()].slice(0, 400);
  workshop.fake.world.change.tag(ids, "All at a stroke");
  workshop.fake.advance(2);
  await workshop.run();
  for (const seconds of [0, 60, 7200]) {
    workshop.clock.skip(seconds * 1000);
    workshop.threadRequests.clear();
    const run = await workshop.run();
    assert.deepEqual([...workshop.threadRequests.keys()], []);
    assert.ok(run.requests <= requestsBeside, `${run.requests} requests after ${seconds} s`);
  }
});

test("of hundreds that changed in one second each is retrieved once", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  await workshop.run();
  workshop.fake.advance(60);
  workshop.threadRequests.clear();
  const ids = [...workshop.fake.world.conversationIds()].slice(0, 400);
  workshop.fake.world.change.tag(ids, "All at a stroke");
  workshop.fake.advance(2);
  const run = await workshop.run();
  assert.deepEqual(new Set(workshop.threadRequests.keys()), new Set(ids));
  assert.deepEqual(new Set(workshop.threadRequests.values()), new Set([1]));
  assert.ok(run.requests <= requestsPerChanged * ids.length + requestsBeside, `${run.requests} requests`);
  assert.deepEqual(await workshop.faults(), []);
});
