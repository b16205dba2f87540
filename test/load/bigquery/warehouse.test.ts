import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WarehouseError } from "../../../loader/errors.ts";
import { openBigQuery } from "../../../loader/load/bigquery/client.ts";
import { LoadJobs } from "../../../loader/load/bigquery/jobs.ts";
import type { Fault } from "../../fake/bigquery/faults.ts";
import type { FakeBigQuery } from "../../fake/bigquery/server.ts";
import { commitConversations, finished } from "./desk.ts";
import { setUp } from "./setting.ts";

const idsIn = (fake: FakeBigQuery): unknown[] => fake.rowsOf("conversations").map((row) => row["id"]);
test("a load is visible only once its row in _loads is there, and that row comes last", async (context) => {
  const { fake, desk } = await setUp(context);
  await commitConversations(desk, ["1", "2"]);
  assert.deepEqual(fake.jobIds, [], "loads wait to be stored together");
  await desk.warehouse.close();
  assert.deepEqual(idsIn(fake), ["1", "2"]);
  assert.deepEqual(fake.rowsOf("_loads"), [
    {
      _load_id: "run-000001",
      _workspace_id: "w1",
      run_id: "run",
      stream: "conversations",
      row_count: 2,
      rejected_count: 0,
      status: "complete",
      _loaded_at: fake.rowsOf("conversations")[0]?.["_loaded_at"],
    },
  ]);
  assert.match(fake.jobIds.at(-1) ?? "", /^intercom-warehouse_w1__loads_[0-9a-f]{40}_1$/);
});

test("loads of one run that follow each other within two minutes share their jobs, one a table", async (context) => {
  const { fake, desk } = await setUp(context);
  for (let load = 1; load <= 30; load += 1) await commitConversations(desk, [`c${load}`]);
  await desk.warehouse.close();
  assert.equal(fake.jobIds.length, 2);
  assert.equal(fake.rowsOf("_loads").length, 30);
  assert.equal(new Set(idsIn(fake)).size, 30);
});

test("a back-fill stores the waiting loads every two minutes", async (context) => {
  const { fake, desk } = await setUp(context);
  const { sleep } = desk.clock.effects(
    () => 0,
    () => undefined,
  );
  for (let load = 1; load <= 10; load += 1) {
    await commitConversations(desk, [`c${load}`]);
    await sleep(61_000);
  }
  await desk.warehouse.close();
  assert.equal(new Set(idsIn(fake)).size, 10);
  const jobs = fake.jobIds.filter((id) => id.includes("_conversations_")).length;
  assert.ok(jobs >= 2 && jobs <= 6, `${jobs} jobs in ten minutes`);
});

test("nothing is left on disk once a run is over", async (context) => {
  const { desk } = await setUp(context, {}, { isRun: true });
  await commitConversations(desk, ["1"]);
  assert.deepEqual(readdirSync(join(desk.folder, "spool")).toSorted(), ["run", "run.batch-1"]);
  assert.ok(existsSync(join(desk.folder, "spool", "run.batch-1", "run.json")), "the next run can tell whose it was");
  await desk.warehouse.close();
  await desk.spool.remove();
  assert.deepEqual(readdirSync(join(desk.folder, "spool")), []);
});

const survivable: readonly (readonly [string, Fault])[] = [
  ["503 backendError at an upload", { route: "upload", times: 2, kind: { status: 503, reason: "backendError" } }],
  ["500 internalError at an upload", { route: "upload", times: 1, kind: { status: 500, reason: "internalError" } }],
  ["403 rateLimitExceeded", { route: "upload", times: 2, kind: { status: 403, reason: "rateLimitExceeded" } }],
  ["a connection cut before the upload is read", { route: "upload", times: 2, kind: { cut: "before" } }],
  ["a connection cut after the job was made", { route: "upload", times: 1, kind: { cut: "after" } }],
  ["a job that fails half-way", { route: "upload", times: 2, kind: { jobReason: "backendError" } }],
  ["503 at the lookup of a job", { route: "job", times: 3, kind: { status: 503, reason: "backendError" } }],
  ["a connection cut at the lookup of a job", { route: "job", times: 2, kind: { cut: "before" } }],
];

for (const [name, fault] of survivable) {
  test(`${name} loses nothing and doubles nothing`, async (context) => {
    const { fake, desk } = await setUp(context, { pollsUntilDone: 2 });
    fake.faults.push({ ...fault });
    await commitConversations(desk, ["1", "2", "3"]);
    await desk.warehouse.close();
    assert.deepEqual(idsIn(fake), ["1", "2", "3"]);
    assert.equal(fake.rowsOf("_loads").length, 1);
    assert.equal(fake.faults[0]?.times, 0, "the fault struck");
  });
}

test("a job whose id exists is looked up: a running job is waited for, and a finished job is not sent again", async (context) => {
  const { fake, desk } = await setUp(context, { pollsUntilDone: 3 });
  fake.faults.push({ route: "upload", times: 1, kind: { cut: "after" } });
  fake.faults.push({ route: "job", times: 1, kind: { status: 404, reason: "notFound", message: "Not found: Job" } });
  await commitConversations(desk, ["1"]);
  await desk.warehouse.close();
  // The lookup missed the job and the second upload met it (409): there is one job.
  assert.equal(fake.jobIds.filter((id) => id.includes("_conversations_")).length, 1);
  assert.deepEqual(idsIn(fake), ["1"]);
});

test("a connection cut in the middle of a large upload loses nothing and doubles nothing", async (context) => {
  const { fake, desk } = await setUp(context);
  fake.faults.push({ route: "upload", times: 2, kind: { cut: "during" } });
  const load = desk.spool.begin(desk.clock.nowMs());
  for (let row = 0; row < 200; row += 1)
    await load.add("tags", { id: `t${row}`, payload: { name: randomBytes(50_000).toString("hex") } }, 5);
  await desk.warehouse.commit(await finished(load, { stream: "tags" }));
  await desk.warehouse.close();
  assert.equal(fake.rowsOf("tags").length, 200);
  assert.equal(new Set(fake.rowsOf("tags").map((row) => row["id"])).size, 200);
  assert.equal(fake.faults[0]?.times, 0, "the fault struck");
});

test("files are sent gzipped to BigQuery itself, and their content determines the job's id", async (context) => {
  const { fake, desk } = await setUp(context);
  const connection = { project: "test", location: undefined, emulatorHost: fake.url, impersonate: undefined };
  const client = await openBigQuery({ ...connection, maximumBytesBilled: 1 });
  const effects = desk.clock.effects(
    () => 0,
    () => undefined,
  );
  const dataset = client.dataset("raw");
  const jobs = new LoadJobs({ client, dataset, location: "US", project: "test", effects, isCompressed: true });
  const path = join(desk.folder, "tags.ndjson");
  writeFileSync(path, `{"id":"t1","payload":{"a":1}}\n`);
  assert.deepEqual(await jobs.load("w1", { table: "tags", path, rows: 1 }), { isLoaded: true });
  assert.deepEqual(await jobs.load("w1", { table: "tags", path, rows: 1 }), { isLoaded: true }, "the same job again");
  assert.deepEqual(fake.rowsOf("tags"), [{ id: "t1", payload: { a: 1 } }]);
  assert.equal(fake.gzippedUploads, 2);
  assert.deepEqual(
    fake.jobIds,
    [createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 40)].map(
      (hash) => `intercom-warehouse_w1_tags_${hash}_1`,
    ),
  );
});

test("a job that BigQuery took and does not know is sent again after a delay, six times in all", async (context) => {
  const { fake, desk } = await setUp(context);
  const connection = { project: "test", location: undefined, emulatorHost: fake.url, impersonate: undefined };
  const client = await openBigQuery({ ...connection, maximumBytesBilled: 1 });
  const missing = Object.assign(new Error("Not found: Job"), { code: 404, errors: [{ reason: "notFound" }] });
  context.mock.method(client, "job", () => ({ getMetadata: () => Promise.reject(missing) }));
  const delays: number[] = [];
  const effects = desk.clock.effects(
    () => 0,
    () => undefined,
  );
  const jobs = new LoadJobs({
    client,
    dataset: client.dataset("raw"),
    location: "US",
    project: "test",
    effects: { ...effects, sleep: async (milliseconds) => void delays.push(milliseconds) },
    isCompressed: false,
  });
  const path = join(desk.folder, "tags.ndjson");
  writeFileSync(path, `{"id":"t1"}\n`);
  await assert.rejects(
    jobs.load("w1", { table: "tags", path, rows: 1 }),
    /sent 6 times, and BigQuery knows no such job/,
  );
  assert.equal(delays.length, 5);
  assert.equal(fake.rowsOf("tags").length, 1, "the same id each time, so the rows are there once");
});

test("a failed job keeps its id, so its file is sent under the next id", async (context) => {
  const { fake, desk } = await setUp(context);
  fake.faults.push({ route: "upload", times: 2, kind: { jobReason: "internalError" } });
  await commitConversations(desk, ["1"]);
  await desk.warehouse.close();
  const ids = fake.jobIds.filter((id) => id.includes("_conversations_"));
  assert.deepEqual(
    ids.map((id) => id.slice(-2)),
    ["_1", "_2", "_3"],
  );
  assert.equal(new Set(ids.map((id) => id.slice(0, -2))).size, 1);
});

test("a dataset outside of US and EU is found by its location, which need not be given", async (context) => {
  const { fake, desk } = await setUp(context, { location: "europe-west1" });
  await commitConversations(desk, ["1"]);
  await desk.warehouse.close();
  assert.deepEqual(idsIn(fake), ["1"]);
});

for (const [name, fault, pattern] of [
  [
    "a missing permission",
    { status: 403, reason: "accessDenied", message: "Permission bigquery.tables.updateData denied for x@example.com" },
    /permission bigquery\.tables\.updateData is missing in project test.*make doctor/,
  ],
  ["a quota that is used up", { status: 403, reason: "quotaExceeded" }, /a quota of project test is used up/],
  [
    "a wrong project",
    { status: 400, reason: "invalid", message: "The project test has not enabled BigQuery." },
    /does not exist or has not enabled BigQuery\. Check BIGQUERY_PROJECT/,
  ],
  ["no billing", { status: 403, reason: "billingNotEnabled" }, /no billing account/],
  ["credentials that are refused", { status: 401, reason: "authError" }, /refused the credentials/],
  ["503 without end", { status: 503, reason: "backendError" }, /and every retry failed too \(backendError\)/],
] as const) {
  test(`${name} is one sentence with the next step, and nothing becomes visible`, async (context) => {
    const { fake, desk } = await setUp(context);
    fake.faults.push({ route: "upload", times: 1000, kind: fault });
    await commitConversations(desk, ["1"]);
    await assert.rejects(desk.warehouse.close(), (error) => {
      assert.ok(error instanceof WarehouseError && error.exitCode === 5);
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /x@example\.com|\n/);
      return true;
    });
    assert.deepEqual(fake.rowsOf("_loads"), []);
    assert.equal(existsSync(join(desk.folder, "spool", "run.batch-1")), false);
  });
}

test("when the rows are stored but not the row in _loads, they stay invisible", async (context) => {
  const { fake, desk } = await setUp(context);
  fake.faults.push({ route: "upload", times: 1000, after: 1, kind: { status: 403, reason: "quotaExceeded" } });
  await commitConversations(desk, ["1"]);
  await assert.rejects(desk.warehouse.close(), WarehouseError);
  assert.deepEqual([idsIn(fake), fake.rowsOf("_loads")], [["1"], []]);
});

test("a query that answers 503 is retried, and the answer is read", async (context) => {
  const { fake, desk } = await setUp(context);
  fake.faults.push({ route: "query", times: 3, kind: { status: 503, reason: "backendError" } });
  fake.answers.push([{ window_to: 1234 }]);
  assert.equal(await desk.warehouse.streamCursor("w1", "contacts"), 1234);
});

test("waiting loads are stored before a read that they may concern, and before no other read", async (context) => {
  const { fake, desk } = await setUp(context);
  await commitConversations(desk, ["1"]);
  await desk.warehouse.countLive("w1", "contacts");
  assert.deepEqual(idsIn(fake), []);
  await desk.warehouse.storedThreads("w1", "conversations", { from: 0, to: second() });
  assert.deepEqual(idsIn(fake), ["1"]);
});

test("no query of the loader reads the payload, and queries for recent rows name the days", async (context) => {
  const { fake, desk } = await setUp(context);
  await desk.warehouse.storedThreads("w1", "conversations", { from: second(), to: second() + 9 });
  await desk.warehouse.liveRecords("w1", "contacts", second());
  const fetched = { fetchedFrom: second(), updatedFrom: 0, updatedTo: undefined, unreadIn: undefined };
  await desk.warehouse.fetchedConversations("w1", fetched);
  await desk.warehouse.countLive("w1", "contacts");
  for (const query of fake.queries) assert.doesNotMatch(query, /[^_]payload\b/);
  for (const query of fake.queries.slice(0, 3))
    assert.equal(query.match(/_loaded_at >= timestamp '2026-01-03 09:00:00\+00'/g)?.length, 2);
});

function second(): number {
  return Date.parse("2026-01-05T09:00:00Z") / 1000;
}
