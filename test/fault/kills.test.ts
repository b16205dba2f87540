import assert from "node:assert/strict";
import { test } from "node:test";
import { ChildRun } from "./child-run.ts";
import { type KillPoint, runAndKill } from "./kill.ts";
import { Workshop } from "./workshop.ts";

const workspace = { conversations: 560, accounts: 30, lonelyCompanies: 110, tickets: 200, isWhole: true, seed: 5 };
/** Requests of the command line that are under way at once. */
const concurrency = 40;
const stopSecondsMax = 5;

const points: readonly KillPoint[] = [
  { at: "request", count: 1 },
  { at: "request", count: 400 },
  { at: "commit", count: 1 },
  { at: "commit", count: 6 },
  { at: "instant", afterMs: 200 + 1000 * Math.random() },
];

for (const point of points) {
  test(`killed at ${point.at} ${"count" in point ? point.count : "at random"}, the next run repeats nothing that was stored`, async (context) => {
    const workshop = await Workshop.open(workspace);
    context.after(() => workshop.close());
    const { wasKilled } = await runAndKill(workshop, point);
    assert.ok(wasKilled || point.at === "instant");
    assert.deepEqual(await workshop.faultsOfNextRun(), []);
  });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`${signal} ends a run with 130, and what had come is stored`, async (context) => {
    const workshop = await Workshop.open(workspace);
    context.after(() => workshop.close());
    const run = await runAndKill(workshop, { at: "request", count: 302 }, signal);
    assert.equal(run.exitCode, 130);
    assert.ok(run.secondsToEnd < stopSecondsMax, `${run.secondsToEnd} s until the run had ended`);
    assert.match(run.words.join("\n"), new RegExp(`^loader: Interrupted by ${signal}: .*$`));
    assert.ok((await workshop.storedIds()).size >= 300 - 2 * concurrency);
    assert.deepEqual(workshop.spoolLeft(), []);
    assert.deepEqual(await workshop.faultsOfNextRun(), []);
  });
}

test("a run that ends early stores no thread in part", async (context) => {
  const workshop = await Workshop.open({ ...workspace, conversations: 120 });
  context.after(() => workshop.close());
  for (let last = 20; last < 120; last += 20) {
    workshop.empty();
    const interruption = new AbortController();
    let requests = 0;
    const stop = workshop.fake.onRequest(() => {
      requests += 1;
      if (requests === last) interruption.abort(new Error("enough"));
    });
    const flags = { concurrency: String(concurrency) };
    const run = await workshop.run({ flags, signal: interruption.signal, threadsPerLoad: 30 });
    stop();
    assert.equal(run.error, interruption.signal.reason);
    assert.deepEqual(await workshop.faultsOfNextRun(), [], `interrupted at request ${last}`);
  }
});

test("of two runs at once the second ends with 2 and names the first", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  const midway = Promise.withResolvers<void>();
  const secondIsOver = Promise.withResolvers<void>();
  let requests = 0;
  workshop.fake.onRequest(async () => {
    requests += 1;
    if (requests !== 100) return;
    midway.resolve();
    await secondIsOver.promise;
  });
  const first = new ChildRun({ environment: workshop.environment });
  await midway.promise;
  const second = await new ChildRun({ environment: workshop.environment }).ended;
  secondIsOver.resolve();
  const { exitCode, events } = await first.ended;
  const runId = events.find(({ event }) => event === "run_started")?.["run_id"];
  assert.deepEqual([second.exitCode, second.words.length, exitCode], [2, 1, 0]);
  assert.ok(typeof runId === "string" && second.words[0]?.includes(`run ${runId} `), second.words[0]);
  assert.deepEqual(await workshop.faults(), []);
});
