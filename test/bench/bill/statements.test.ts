import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { temporaryFolder } from "../../tools/folder.ts";
import { answersIn, type Found } from "./answers.ts";
import { forgottenNodes, recordBuilds } from "./statements.ts";

const models = ["stg_intercom__conversations", "stg_intercom__teams", "teams"];
const selected = ["--exclude-resource-type", "unit_test", "--indirect-selection", "cautious", "--select", ...models];
const rawTables = ["conversations", "teams", "_loads"];
const found = (build: number): Found => ({
  now: 1_782_842_400,
  months: build === 0 ? [] : ["2026-06"],
  changes: build,
  rawTables: rawTables.map((name) => ({ name, rows: 10 + build })),
  versionOf: () => String(build),
  losesRows: () => false,
});

it("a recording has what dbt sends for each model and test, in a first build and in one that follows", async (context: TestContext) => {
  const folder = temporaryFolder(context);
  const { first, following, partitionColumns } = await recordBuilds(folder, selected, [
    answersIn(found(0)),
    answersIn(found(1)),
  ]);
  const [later = []] = following;
  const sent = (statements: typeof first, name: string, does: string) =>
    statements.filter((each) => each.name === name && each.does === does);
  for (const model of models) assert.equal(sent(first, model, "create").length, 1, model);
  assert.equal(partitionColumns.get("test.marts_staging.stg_intercom__conversations"), "created_at");

  const [created] = sent(first, "stg_intercom__conversations", "create");
  const raw = created?.work.reads.filter(({ table }) => table === "test.raw.conversations") ?? [];
  assert.ok(raw.some(({ columns }) => columns.has("payload")));

  const [merged] = sent(later, "stg_intercom__conversations", "merge");
  assert.equal(merged?.kind, "staging");
  assert.equal(merged?.work.changes?.table, "test.marts_staging.stg_intercom__conversations");
  assert.deepEqual(
    merged?.work.changes?.conditions.map(({ column }) => column),
    ["created_at"],
  );
  assert.equal(sent(later, "teams", "create")[0]?.kind, "marts");
  for (const build of [first, later]) assert.ok(build.some(({ kind }) => kind.endsWith("tests")));
});

it("a node of which nothing was recorded is named, and a model that was only asked about", () => {
  const of = (id: string, sql: string) => ({ sql: `/* {"app": "dbt", "node_id": "${id}"} */ ${sql}` });
  const results = ["model.p.a", "model.p.b", "model.p.c", "test.p.t", "test.p.u", "seed.p.s"].map((unique_id) => ({
    unique_id,
    status: "success",
  }));
  const statements = [
    of("model.p.a", "create or replace table `p`.`d`.`a` as (select 1 as one)"),
    of("model.p.b", "select 1"),
    of("test.p.t", "select 1"),
  ];
  assert.deepEqual(forgottenNodes(statements, results), ["model.p.b", "model.p.c", "test.p.u"]);
});
