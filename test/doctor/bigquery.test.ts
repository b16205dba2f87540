import assert from "node:assert/strict";
import { test } from "node:test";
import { commitConversations, setUpDesk } from "../load/bigquery/desk.ts";
import { setUp, visit } from "./visit.ts";

test("where all is well every check says so, and the exit code is 0", async (context) => {
  const { fake, environment } = await setUp(context);
  const desk = await setUpDesk(context, fake.url, { dataset: "raw" });
  await commitConversations(desk, ["1"]);
  await desk.warehouse.close();
  const { checks, exitCode, of } = await visit(environment);
  assert.deepEqual(
    checks.filter(({ state }) => state !== "ok"),
    [],
  );
  assert.equal(exitCode, 0);
  assert.match(of("permissions in raw"), /^ok {6}permissions in raw: tables can be made, loaded and read/);
  assert.match(of("raw tables"), /34 of 34 are there/);
  assert.match(of("Intercom contacts"), /can be read/);
  assert.deepEqual(fake.unplanned, []);
});

test("a look makes nothing", async (context) => {
  const { fake, environment } = await setUp(context);
  const { exitCode, of } = await visit(environment);
  assert.equal(exitCode, 0);
  assert.match(of("dataset raw"), /^warning dataset raw: does not exist yet.* bq mk --dataset --location US test:raw$/);
  assert.deepEqual([fake.datasetLocation, fake.tables.size, fake.jobIds], [undefined, 0, []]);
});

test("a missing permission to run jobs is named with the role to grant", async (context) => {
  const { fake, environment } = await setUp(context);
  const message = "Access Denied: Project test: User does not have bigquery.jobs.create permission in project test.";
  fake.faults.push({ route: "dryRun", times: 9, kind: { status: 403, reason: "accessDenied", message } });
  const { exitCode, of } = await visit(environment);
  assert.match(of("BigQuery project"), /^FAILED .*bigquery\.jobs\.create is missing.*roles\/bigquery\.jobUser/);
  assert.equal(exitCode, 5);
});

test("a missing permission in the dataset is named with the role to grant", async (context) => {
  const { fake, environment } = await setUp(context);
  await setUpDesk(context, fake.url, { dataset: "raw" });
  fake.grantedPermissions = ["bigquery.tables.get", "bigquery.tables.getData"];
  const { exitCode, of } = await visit(environment);
  assert.match(
    of("permissions in raw"),
    /^FAILED .*bigquery\.tables\.update, bigquery\.tables\.updateData are missing.*roles\/bigquery\.dataEditor/,
  );
  assert.equal(exitCode, 5);
});

test("a dataset elsewhere, a table changed by hand and a held lock are each said", async (context) => {
  const { fake, environment } = await setUp(context);
  const desk = await setUpDesk(context, fake.url, { dataset: "raw", isRun: true, runId: "run-1" });
  context.after(() => desk.warehouse.close());
  const tags = fake.tables.get("tags") ?? assert.fail();
  tags.metadata = { ...tags.metadata, schema: { fields: [{ name: "id", type: "INTEGER" }] } };
  const { of } = await visit({ ...environment, BIGQUERY_LOCATION: "EU" });
  assert.match(of("dataset raw"), /^FAILED .*is in US, but BIGQUERY_LOCATION is EU: set BIGQUERY_LOCATION=US/);
  assert.match(of("raw tables"), /^FAILED .*tags: its column id is INTEGER instead of STRING/);
  assert.match(of("run lock"), /^warning run lock: run run-1 holds it.* Wait for the run to end/);
});

test("a table that is not partitioned is a warning", async (context) => {
  const { fake, environment } = await setUp(context);
  await setUpDesk(context, fake.url, { dataset: "raw" });
  const tags = fake.tables.get("tags") ?? assert.fail();
  tags.metadata = { ...tags.metadata, timePartitioning: undefined };
  assert.match((await visit(environment)).of("raw tables"), /^warning raw tables: tags is not partitioned/);
});
