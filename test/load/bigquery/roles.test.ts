// docs/bigquery.md gives the loader, dbt and readers an account each. These are the datasets that the loader's commands touch; dbt's are
// in test/parity/statements.test.ts, and a purge's in test/purge/bigquery.test.ts.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FakeBigQuery } from "../../fake/bigquery/server.ts";
import { startedFor } from "../../fake/intercom/started.ts";
import { FakePostHog } from "../../fake/posthog/server.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { loader } from "../../tools/loader-process.ts";
import { datasetsNamed, datasetsWritten } from "./datasets.ts";

type Touched = {
  /** In statements, and in the addresses of requests. */
  readonly named: readonly string[];
  /** By statements, by load jobs, and by requests that are no GET. */
  readonly written: readonly string[];
};

/**
 * What BigQuery is asked by commands, one after the other.
 * @param isWithSql whether what is stored is found again; the double knows no marts
 */
async function touchedBy(
  context: TestContext,
  isWithSql: boolean,
  ...commands: readonly (readonly string[] | { readonly command: readonly string[]; readonly exitCode: number })[]
): Promise<Touched> {
  const fake = await FakeBigQuery.start({ isWithSql });
  context.after(() => fake.close());
  const intercom = await startedFor(context, { conversations: 10, seed: 1 });
  const postHog = await FakePostHog.start();
  context.after(() => postHog.close());
  const [named, written] = [new Set<string>(), new Set<string>()];
  const serve = fake.serve.bind(fake);
  fake.serve = async (request, response) => {
    const [, dataset] = /\/datasets\/(\w+)/.exec(request.url ?? "") ?? [];
    if (dataset !== undefined) named.add(dataset);
    if (dataset !== undefined && request.method !== "GET") written.add(dataset);
    if (request.url?.startsWith("/upload/"))
      request.on("data", (chunk: Buffer) => {
        for (const [, target = ""] of chunk.toString("latin1").matchAll(/"datasetId":"(\w+)"/g)) written.add(target);
      });
    await serve(request, response);
  };
  const environment = {
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    POSTHOG_HOST: postHog.url,
    POSTHOG_API_KEY: postHog.apiKey,
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
    MARTS_DATASET: "marts",
    STATE_DIR: temporaryFolder(context),
  };
  for (const each of commands) {
    const { command, exitCode: wanted } = "command" in each ? each : { command: each, exitCode: 0 };
    const { exitCode, stderr } = await loader(command, environment);
    assert.equal(exitCode, wanted, `${command.join(" ")}: ${stderr}`);
  }
  for (const sql of fake.queries) {
    for (const dataset of datasetsNamed(sql)) named.add(dataset);
    for (const dataset of datasetsWritten(sql)) written.add(dataset);
  }
  return { named: [...named].sort(), written: [...written].sort() };
}

test("a sync and the status touch the raw dataset alone", async (context) => {
  assert.deepEqual(await touchedBy(context, true, ["sync"], ["sync"], ["status"]), {
    named: ["raw"],
    written: ["raw"],
  });
});

test("the alarms also read what builds remember, unless they leave the build out", async (context) => {
  const status = ["status", "--max-age", "87600"];
  const withoutBuild = [...status, "--ignore", "build_stale"];
  assert.deepEqual(await touchedBy(context, true, ["sync"], withoutBuild), { named: ["raw"], written: ["raw"] });
  const touched = await touchedBy(context, true, ["sync"], { command: status, exitCode: 7 });
  assert.deepEqual(touched, { named: ["marts_builds", "raw"], written: ["raw"] });
});

test("an export and a report read the marts, and write nothing", async (context) => {
  const output = `${temporaryFolder(context)}/report.html`;
  const touched = await touchedBy(context, false, ["export"], ["report", "--output", output]);
  assert.deepEqual(touched, { named: ["marts"], written: [] });
});

test("an activation reads the marts, and writes the raw dataset alone", async (context) => {
  const touched = await touchedBy(context, false, ["activate", "posthog"]);
  assert.deepEqual(touched, { named: ["marts", "raw"], written: ["raw"] });
});

test("what a statement writes is told from what it reads, in each way that it is written", () => {
  for (const [sql, written, named] of [
    ["insert into `p`.`a`.`t` (x) select 1 from `p`.`b`.`u`", ["a"], ["a", "b"]],
    ["create or replace table `p.a.t` partition by d as select * from `p.b.u`", ["a"], ["a", "b"]],
    ["create or replace view `p`.`a`.`v` options(description='''merge into `p`.`c`.`t`''') as select 1", ["a"], ["a"]],
    [
      "/* delete from `p.c.t` */ merge into `p.a.t` as d using `p.b.u` as s on true when matched then update set x = 1",
      ["a"],
      ["a", "b"],
    ],
    ["delete from `p`.`a`.`t` as t where x in (select x from `p`.`b`.`u`)", ["a"], ["a", "b"]],
    ['update `p.a.t` set x = "it\'s `p.c.t`" where true', ["a"], ["a"]],
    ["drop table if exists `p.a.t`; create schema `p.c`", ["a", "c"], ["a"]],
    ["select * from `p.b.INFORMATION_SCHEMA.COLUMNS`", [], ["b"]],
  ] as const) {
    assert.deepEqual(datasetsWritten(sql), written, sql);
    assert.deepEqual([...datasetsNamed(sql)].sort(), named, sql);
  }
});
