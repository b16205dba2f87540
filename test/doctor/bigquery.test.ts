import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { probes } from "../../loader/commands/doctor.ts";
import { readAccessToken, readConfig } from "../../loader/config.ts";
import { type Check, checkLine, exitCodeOfChecks } from "../../loader/doctor/check.ts";
import { examine } from "../../loader/doctor/doctor.ts";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { commitConversations, setUpDesk } from "../load/bigquery/desk.ts";
import { temporaryFolder } from "../tools/folder.ts";

// The client would send to an emulator that the environment names, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

const dbtThatWorks = [process.execPath, "--eval", "console.log('Connection test: [OK connection ok]')", "--"];
const dbtThatFails = [process.execPath, "--eval", "process.exit(1)", "--"];

type Visit = { readonly checks: readonly Check[]; readonly of: (name: string) => string; readonly exitCode: number };

async function visit(environment: Readonly<Record<string, string>>, dbt = dbtThatWorks): Promise<Visit> {
  const checks: Check[] = [];
  const effects = new SkippingClock().effects(
    () => 0,
    () => undefined,
  );
  const config = readConfig(environment);
  const readToken = () => readAccessToken(environment);
  const options = { config, readAccessToken: readToken, dbt, ...(await probes(config, effects)) };
  for await (const check of examine(options)) checks.push(check);
  const of = (name: string) => checkLine(checks.find((check) => check.name === name) ?? assert.fail(`no ${name}`));
  return { checks, of, exitCode: exitCodeOfChecks(checks) };
}

async function setUp(context: TestContext) {
  const fake = await FakeBigQuery.start();
  context.after(() => fake.close());
  const intercom = await startFakeIntercom({ conversations: 5, seed: 1 });
  context.after(() => intercom.close());
  const environment = {
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
    STATE_DIR: temporaryFolder(context),
  };
  return { fake, intercom, environment };
}

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
  assert.match(of("raw tables"), /13 of 13 are there/);
  assert.match(of("Intercom contacts"), /can be read/);
  assert.deepEqual(fake.unplanned, []);
});

test("a look makes nothing", async (context) => {
  const { fake, environment } = await setUp(context);
  const { exitCode, of } = await visit(environment);
  assert.equal(exitCode, 0);
  assert.match(of("dataset raw"), /^warning dataset raw: is not there yet/);
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
  assert.match(of("run lock"), /^warning run lock: run run-1 holds it/);
});

test("a table that is not partitioned is a warning", async (context) => {
  const { fake, environment } = await setUp(context);
  await setUpDesk(context, fake.url, { dataset: "raw" });
  const tags = fake.tables.get("tags") ?? assert.fail();
  tags.metadata = { ...tags.metadata, timePartitioning: undefined };
  assert.match((await visit(environment)).of("raw tables"), /^warning raw tables: tags is not partitioned/);
});

test("a token that lacks a scope fails the streams that need it, with exit code 3", async (context) => {
  const { intercom, environment } = await setUp(context);
  intercom.faults.add({ kind: "status", code: 403, route: "GET /tags", times: 99 });
  const { of, exitCode } = await visit(environment);
  assert.match(of("Intercom tags"), /^FAILED/);
  assert.match(of("Intercom admins"), /^ok/);
  assert.equal(exitCode, 3);
});

test("without a token, and with a dbt that does not connect, both are said", async (context) => {
  const { environment } = await setUp(context);
  const { of, exitCode } = await visit({ ...environment, INTERCOM_ACCESS_TOKEN: "" }, dbtThatFails);
  assert.match(of("access token"), /^FAILED .*INTERCOM_ACCESS_TOKEN is not set/);
  assert.match(of("dbt connection"), /^FAILED .*ended with 1/);
  assert.equal(exitCode, 2);
});

test("of DuckDB the file is opened if it is there, and the room on its disk is told", async (context) => {
  const { environment } = await setUp(context);
  const folder = temporaryFolder(context);
  const path = join(folder, "warehouse.duckdb");
  const duckDb = { ...environment, WAREHOUSE: "duckdb", DUCKDB_PATH: path, STATE_DIR: folder };
  assert.match((await visit(duckDb)).of("DuckDB file"), /is not there yet/);
  const warehouse = await DuckDbWarehouse.open({ path, rawDataset: "raw", stateDirectory: folder });
  await warehouse.prepare();
  await warehouse.close();
  const { of } = await visit(duckDb);
  assert.match(of("DuckDB file"), /^ok .* opens/);
  assert.match(of("disk of STATE_DIR"), /GB are free/);
  assert.match(of("dbt connection"), /^ok/);
});
