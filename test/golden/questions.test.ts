import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { questionsIn, readMetricsDocs } from "../checker/docs/metrics.ts";
import { readRecipes } from "../checker/docs/recipes.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { type FakeIntercom, startFakeIntercom } from "../fake/intercom/server.ts";
import { DemoWarehouse } from "../statistics/demo-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";

const pages = { "docs/metrics.md": questionsIn(await readMetricsDocs()), "docs/recipes.md": await readRecipes() };
const questions = Object.entries(pages).flatMap(([page, all]) => all.map((question) => ({ ...question, page })));
let fake: FakeIntercom;
let warehouse: DemoWarehouse;

before(async () => {
  const world = new GeneratedWorld({ conversations: 2000, tickets: 300, isWhole: true, seed: 1 });
  fake = await startFakeIntercom({ world });
  warehouse = await DemoWarehouse.create(fake);
  await warehouse.build([...new Set(questions.flatMap(({ models }) => models))].map((model) => `+${model}`));
});

after(async () => {
  await warehouse.remove();
  await fake.close();
});

for (const { page, question, statement } of questions) {
  test(`${page} answers: ${question}`, async () => {
    const rows = await withDuckDb(warehouse.path, async (connection) => {
      await connection.run("use warehouse.intercom");
      return (await connection.runAndReadAll(statement)).getRowsJson();
    });
    assert.ok(rows.length > 0, "no row");
    assert.ok(rows.some((row) => row.some((value) => value !== null && value !== 0 && value !== "0")));
  });
}
