import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigError, WarehouseError } from "../../../loader/errors.ts";
import { openBigQuery } from "../../../loader/load/bigquery/client.ts";
import { type LockOptions, leaseMs, RunLock } from "../../../loader/load/bigquery/lock.ts";
import { BigQueryWarehouse } from "../../../loader/load/bigquery/warehouse.ts";
import { Spool } from "../../../loader/load/spool.ts";
import { datasetIdentity } from "../../../loader/run-owner.ts";
import { FakeBigQuery } from "../../fake/bigquery/server.ts";
import { SkippingClock } from "../../fault/skipping-clock.ts";
import { commitConversations, setUpDesk } from "./desk.ts";

// BigQuery's client sends to the emulator of the environment, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

type Setting = {
  readonly fake: FakeBigQuery;
  readonly clock: SkippingClock;
  readonly take: (runId: string, place: string) => Promise<RunLock>;
};

async function setUp(context: TestContext): Promise<Setting> {
  const fake = await FakeBigQuery.start();
  context.after(() => fake.close());
  fake.datasetLocation = "US";
  const clock = new SkippingClock();
  const connection = {
    project: "test",
    location: undefined,
    emulatorHost: fake.url,
    impersonate: undefined,
    maximumBytesBilled: 1,
  };
  const client = await openBigQuery(connection);
  const effects = clock.effects(
    () => 0,
    () => undefined,
  );
  const take = async (runId: string, place: string) => {
    const options: LockOptions = { client, connection, datasetName: "raw", effects, place };
    const lock = await RunLock.take(options, runId);
    context.after(() => lock.release());
    return lock;
  };
  return { fake, clock, take };
}

const heldBy = (runId: string) => (error: unknown) =>
  error instanceof ConfigError && error.exitCode === 2 && error.message.includes(`held by run ${runId} (on`);

async function pass(clock: SkippingClock, milliseconds: number): Promise<void> {
  await clock
    .effects(
      () => 0,
      () => undefined,
    )
    .sleep(milliseconds);
}

test("the second run ends with exit code 2 and the first run's name; the first run goes on", async (context) => {
  const { take } = await setUp(context);
  const first = await take("run-1", "here");
  await assert.rejects(take("run-2", "there"), heldBy("run-1"));
  await first.check();
});

test("a lock that was released is free for the next run", async (context) => {
  const { take } = await setUp(context);
  await (await take("run-1", "here")).release();
  await (await take("run-2", "there")).check();
});

test("a run elsewhere that has not renewed the lock for ten minutes loses it, and notices before it stores", async (context) => {
  const { take, clock } = await setUp(context);
  const first = await take("run-1", "here");
  await pass(clock, leaseMs - 1000);
  await assert.rejects(take("run-2", "there"), heldBy("run-1"));
  await pass(clock, 2000);
  const second = await take("run-2", "there");
  await assert.rejects(
    first.check(),
    (error) => error instanceof WarehouseError && /taken over by run run-2/.test(error.message),
  );
  await first.release();
  await second.check();
});

test("a renewal keeps the lock", async (context) => {
  const { take, clock } = await setUp(context);
  const first = await take("run-1", "here");
  for (let minute = 0; minute < 30; minute += 5) {
    await pass(clock, 5 * 60_000);
    await first.check();
  }
  await assert.rejects(take("run-2", "there"), heldBy("run-1"));
});

test("a run of this machine whose process has ended loses the lock at once", async (context) => {
  const { fake, take } = await setUp(context);
  await take("run-1", "here");
  const table = fake.tables.get("_lock") ?? assert.fail();
  const held = JSON.parse(String(table.metadata["description"]));
  // No process has this id: Linux ends at 2^22.
  table.metadata = { ...table.metadata, description: JSON.stringify({ ...held, pid: 2 ** 30 }) };
  await assert.rejects(take("run-2", "there"), heldBy("run-1"));
  await (await take("run-2", "here")).check();
});

test("one of several runs that start together gets the lock", async (context) => {
  const { take } = await setUp(context);
  const takes = await Promise.allSettled([1, 2, 3, 4].map((number) => take(`run-${number}`, `place-${number}`)));
  assert.equal(takes.filter(({ status }) => status === "fulfilled").length, 1);
  for (const result of takes) if (result.status === "rejected") assert.ok(result.reason instanceof ConfigError);
});

test("one of several runs that find an expired lock gets it", async (context) => {
  const { take, clock } = await setUp(context);
  await take("run-0", "nowhere");
  await pass(clock, leaseMs + 1000);
  const takes = await Promise.allSettled([1, 2, 3, 4].map((number) => take(`run-${number}`, `place-${number}`)));
  assert.equal(takes.filter(({ status }) => status === "fulfilled").length, 1);
});

test("a run that lost its lock makes nothing visible", async (context) => {
  const { fake } = await setUp(context);
  const desk = await setUpDesk(context, fake.url, { dataset: "raw", isRun: true, runId: "run-1" });
  await commitConversations(desk, ["1"]);
  const table = fake.tables.get("_lock") ?? assert.fail();
  const held = JSON.parse(String(table.metadata["description"]));
  table.metadata = { ...table.metadata, description: JSON.stringify({ ...held, run_id: "run-2" }) };
  table.etag += 1;
  await assert.rejects(
    desk.warehouse.close(),
    (error) => error instanceof WarehouseError && /taken over by run run-2/.test(error.message),
  );
  assert.deepEqual(fake.rowsOf("_loads"), []);
});

test("checks of several callers at once all find that the lock is ours", async (context) => {
  const { fake, take } = await setUp(context);
  const lock = await take("run-1", "here");
  for (let round = 0; round < 10; round += 1) {
    const before = fake.requests;
    await Promise.all(Array.from({ length: 8 }, () => lock.check()));
    assert.equal(fake.requests - before, 2, "one look and one write for all of them");
  }
});

test("a lock that is released while it is checked is free, and no check follows", async (context) => {
  const { fake, take } = await setUp(context);
  const lock = await take("run-1", "here");
  const checks = [lock.check(), lock.check()];
  const releases = [lock.release(), lock.release()];
  await Promise.all([...checks, ...releases]);
  assert.equal(fake.tables.get("_lock")?.metadata["description"], "free");
  const requests = fake.requests;
  await assert.rejects(lock.check(), /was released/);
  assert.equal(fake.requests, requests);
  await (await take("run-2", "there")).check();
});

for (const kind of [{ cut: "before" }, { cut: "after" }, { status: 503, reason: "backendError" }] as const)
  test(`a renewal with ${JSON.stringify(kind)} in place of an answer does not cost the lock`, async (context) => {
    const { fake, take } = await setUp(context);
    const lock = await take("run-1", "here");
    for (const method of ["PATCH", "GET"]) {
      fake.faults.push({ route: "table", method, times: 3, kind });
      await lock.check();
      await lock.check();
    }
    await assert.rejects(take("run-2", "there"), heldBy("run-1"));
  });

test("a write that is refused after our own write lost its answer does not cost the lock", async (context) => {
  const { fake, take } = await setUp(context);
  const lock = await take("run-1", "here");
  fake.faults.push({ route: "table", method: "PATCH", times: 1, kind: { status: 412, reason: "conditionNotMet" } });
  await lock.check();
  fake.faults.push({ route: "table", method: "PATCH", times: 1, kind: { status: 412, reason: "conditionNotMet" } });
  await lock.release();
  assert.equal(fake.tables.get("_lock")?.metadata["description"], "free");
});

test("a take whose answer is lost takes the lock anyway, with a new table and with an existing one", async (context) => {
  const { fake, take } = await setUp(context);
  fake.faults.push({ route: "table", method: "POST", times: 1, kind: { cut: "after" } });
  const first = await take("run-1", "here");
  await first.check();
  await first.release();
  fake.faults.push({ route: "table", method: "PATCH", times: 1, kind: { cut: "after" } });
  await (await take("run-2", "there")).check();
});

test("while BigQuery does not answer, the lock counts as ours for half of the lease, and then no longer", async (context) => {
  const { fake, take, clock } = await setUp(context);
  const lock = await take("run-1", "here");
  fake.faults.push({ route: "table", times: 1000, kind: { status: 503, reason: "backendError" } });
  await lock.check();
  await pass(clock, leaseMs / 2 + 1000);
  await assert.rejects(lock.check(), (error) => error instanceof WarehouseError && /every retry/.test(error.message));
  fake.faults.length = 0;
  await lock.check();
});

test("an expired lease is ours until another run takes the lock", async (context) => {
  const { take, clock } = await setUp(context);
  const lock = await take("run-1", "here");
  await pass(clock, 3 * leaseMs);
  await lock.check();
  await assert.rejects(take("run-2", "there"), heldBy("run-1"));
});

test("a run that lost the lock without noticing does not free the next run's lock", async (context) => {
  const { take, clock } = await setUp(context);
  const first = await take("run-1", "here");
  await pass(clock, leaseMs + 1000);
  const second = await take("run-2", "there");
  await first.release();
  await second.check();
  await assert.rejects(take("run-3", "elsewhere"), heldBy("run-2"));
});

test("the timer and a caller share one check, and the timer stops when the lock is released", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  const { fake, take } = await setUp(context);
  const lock = await take("run-1", "here");
  const before = fake.requests;
  context.mock.timers.tick(2 * 60_000);
  await lock.check();
  assert.equal(fake.requests - before, 2);
  await lock.release();
  const released = fake.requests;
  context.mock.timers.tick(60 * 60_000);
  await new Promise(setImmediate);
  assert.equal(fake.requests, released);
});

test("a second run with the same STATE_DIR that is refused the lock touches no file of the first run", async (context) => {
  const { fake } = await setUp(context);
  const first = await setUpDesk(context, fake.url, { dataset: "raw", isRun: true, runId: "run-1", place: "here" });
  await commitConversations(first, ["1"]);
  const identity = datasetIdentity({ project: "test", emulatorHost: fake.url }, "raw");
  const provenance = { workspaceId: "w1", runId: "run-2", loadedAt: "2026-01-05T09:00:00.000Z" };
  const spool = await Spool.open(first.folder, provenance, identity);
  const connection = {
    project: "test",
    location: undefined,
    emulatorHost: fake.url,
    impersonate: undefined,
    maximumBytesBilled: 1,
  };
  const second = await BigQueryWarehouse.open({
    connection,
    rawDataset: "raw",
    place: "there",
    stateDirectory: first.folder,
    effects: first.clock.effects(
      () => 0,
      () => undefined,
    ),
    onRefused: () => undefined,
  });
  await assert.rejects(second.prepare("run-2"), heldBy("run-1"));
  await second.close();
  await spool.remove();
  assert.deepEqual(readdirSync(join(first.folder, "spool")).toSorted(), ["run-1", "run-1.batch-1"]);
  await first.warehouse.close();
  assert.equal(fake.rowsOf("_loads").length, 1);
});

test("a passing trouble at the release leaves no lock behind", async (context) => {
  const { fake, take } = await setUp(context);
  for (const kind of [{ cut: "before" }, { cut: "after" }, { status: 503, reason: "backendError" }] as const) {
    const lock = await take(`run-${JSON.stringify(kind)}`, "here");
    fake.faults.push({ route: "table", method: "PATCH", times: 2, kind });
    await lock.release();
    fake.faults.length = 0;
    assert.equal(fake.tables.get("_lock")?.metadata["description"], "free");
  }
});
