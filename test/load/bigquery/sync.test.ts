import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Backend, DoubleBackend, EmulatorBackend } from "./backend.ts";
import { BigQueryWorkshop } from "./workshop.ts";

// `sync` as its user runs it and as faults strike it, with BigQuery as the warehouse: the double always, an emulator where there is one.

const emulatorHost = process.env["BIGQUERY_EMULATOR_HOST"] ?? "";
// BigQuery's client sends to the emulator of the environment, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

const workspace = { conversations: 60, accounts: 8, lonelyCompanies: 5, tickets: 30, isWhole: true, seed: 5 };
/** Requests to Intercom and load jobs (two of `_loads`, one of `_runs`) of a run that finds nothing new. */
const idleRequestsMax = 30;
const idleJobsMax = 3;

const backends: readonly {
  readonly name: string;
  readonly open: () => Promise<Backend>;
  readonly skip: string | false;
}[] = [
  { name: "the double", open: () => DoubleBackend.open(), skip: false },
  {
    name: "an emulator",
    open: async () => new EmulatorBackend(emulatorHost),
    skip: emulatorHost === "" ? "no BIGQUERY_EMULATOR_HOST: the loader ran against the double only" : false,
  },
];

async function setUp(context: TestContext, open: () => Promise<Backend>): Promise<BigQueryWorkshop<Backend>> {
  const workshop = await BigQueryWorkshop.open(open, workspace);
  context.after(() => workshop.close());
  return workshop;
}

for (const { name, open, skip } of backends) {
  test(`on ${name} a sync stores everything once, and the next one asks a handful of questions`, {
    skip,
  }, async (context) => {
    const workshop = await setUp(context, open);
    const first = await workshop.runAsProcess();
    assert.equal(first.exitCode, 0, first.words.join("\n"));
    assert.deepEqual(await workshop.faults(), []);
    const before = workshop.fake.requests.total;
    const second = await workshop.runAsProcess();
    assert.equal(second.exitCode, 0, second.words.join("\n"));
    assert.ok(workshop.fake.requests.total - before <= idleRequestsMax, "requests of a run with nothing to do");
    assert.ok(second.jobs <= idleJobsMax, `${second.jobs} load jobs of a run with nothing to do`);
    assert.deepEqual(await workshop.faults(), []);
  });

  test(`on ${name} what changed and what was deleted comes with the next sync`, { skip }, async (context) => {
    const workshop = await setUp(context, open);
    await workshop.run();
    const [changed = "", deleted = ""] = [...workshop.fake.world.conversationIds()].slice(-9);
    workshop.fake.advance(60);
    workshop.fake.world.change.customerReplies(changed, "One more thing");
    workshop.fake.world.change.delete(deleted);
    const [changedTicket = "", deletedTicket = ""] = [...workshop.fake.world.ticketIds()].slice(-9);
    workshop.fake.world.changeTickets.customerReplies(changedTicket, "Any news?");
    workshop.fake.world.changeTickets.delete(deletedTicket);
    workshop.fake.advance(60);
    assert.equal((await workshop.run()).exitCode, 0);
    assert.deepEqual(await workshop.faults(), []);
  });

  test(`on ${name} findings of QA that a run lacks come with a search of the same time, once`, {
    skip,
  }, async (context) => {
    const workshop = await setUp(context, open);
    const threads = () => workshop.fake.requests.byRoute.get("GET /conversations/{id}") ?? 0;
    const searchAgain = { streams: "conversations", searchAgain: true };
    workshop.fake.faults.add({ kind: "status", code: 400, route: "POST /conversations/search", times: 2 });
    await workshop.run(undefined, { streams: "conversations" });
    const first = threads();
    await workshop.run(undefined, searchAgain);
    const second = threads();
    assert.ok(second > first && second - first < first, `${second - first} of ${first} were retrieved again`);
    await workshop.run(undefined, searchAgain);
    assert.equal(threads(), second);
  });

  test(`on ${name} each stored conversation has its handling events read once, also one that was rejected at first`, {
    skip,
  }, async (context) => {
    const workshop = await setUp(context, open);
    const { fake, clock } = workshop;
    const handling = { streams: "conversations,handling_events" };
    const asked: string[] = [];
    fake.onRequest(({ route, path }) => {
      if (route === "GET /conversations/{id}/handling_events") asked.push(path.split("/")[2] ?? "");
    });
    const letADayPass = (): void => {
      clock.skip(86_400_000);
      fake.world.time.touch();
    };
    const [late = ""] = fake.world.conversationIds();
    fake.faults.add({ kind: "status", code: 422, path: new RegExp(`^/conversations/${late}$`) });
    assert.equal((await workshop.run(undefined, handling)).exitCode, 6);
    const first = await workshop.storedIds();
    assert.deepEqual(asked.splice(0).toSorted(), [...first].toSorted());
    fake.faults.clear();
    letADayPass();
    assert.equal((await workshop.run()).exitCode, 0);
    letADayPass();
    assert.equal((await workshop.run(undefined, handling)).exitCode, 0);
    assert.deepEqual(asked.splice(0), [late]);
    letADayPass();
    assert.equal((await workshop.run(undefined, handling)).exitCode, 0);
    assert.deepEqual(asked, []);
  });

  test(`on ${name}, killed after any load job, the next run repeats nothing that was stored`, {
    skip,
  }, async (context) => {
    const workshop = await setUp(context, open);
    const { jobs } = await workshop.runAsProcess();
    assert.ok(jobs > 6, `${jobs} load jobs`);
    for (const job of [1, Math.ceil(jobs / 2), jobs]) {
      const killedAfter = await killedAfterJob(workshop, job);
      assert.deepEqual(await workshop.faultsOfNextRun(), [], `killed after job ${killedAfter} of ${jobs}`);
    }
  });

  test(`on ${name} a run that Intercom cuts short stores what came, and the next one the rest`, {
    skip,
  }, async (context) => {
    const workshop = await setUp(context, open);
    for (const nth of [20, 50]) {
      await workshop.empty();
      workshop.fake.faults.add({ kind: "status", code: 500, nth, times: 1000 });
      const run = await workshop.run();
      workshop.fake.faults.clear();
      assert.equal(run.exitCode, 4, String(run.error));
      assert.deepEqual(workshop.spoolLeft(), []);
      assert.deepEqual(await workshop.faultsOfNextRun(), [], `cut short at request ${nth}`);
    }
  });
}

/**
 * Runs a sync on an empty warehouse, killed after that load job. A run that is faster has fewer jobs: then the next run is killed after its
 * last one. Returns the job.
 */
async function killedAfterJob(workshop: BigQueryWorkshop<Backend>, job: number): Promise<number> {
  await workshop.empty();
  const { signal, jobs } = await workshop.runAsProcess(job);
  if (signal === "SIGKILL") return job;
  assert.ok(jobs > 0 && jobs < job, `alive after ${jobs} load jobs, to be killed after ${job}`);
  return killedAfterJob(workshop, jobs);
}
