import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bigQueryAt, runDbt } from "../dbt/command.ts";
import { GoogleSqlAnalyzer } from "../dbt/googlesql.ts";
import { rawTablesIn } from "../dbt/raw-googlesql.ts";
import { AnalyzingBigQuery } from "./analyzing-bigquery.ts";

const notTests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];

async function setUp(context: TestContext): Promise<{ double: AnalyzingBigQuery; run: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "statements-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const analyzer = await GoogleSqlAnalyzer.start();
  context.after(() => analyzer.stop());
  const double = await AnalyzingBigQuery.start(analyzer, rawTablesIn("test.raw"));
  context.after(() => double.close());
  const run = async (): Promise<void> => {
    const { exitCode, output } = await runDbt(["build", ...notTests], folder, bigQueryAt(double.url));
    assert.deepEqual(double.complaints, []);
    assert.equal(exitCode, 0, output.slice(-4000));
  };
  return { double, run };
}

test("every statement that dbt sends BigQuery is GoogleSQL: DDL, what is merged, what hooks delete", async (context) => {
  const { double, run } = await setUp(context);
  await run();
  const built = double.statements.splice(0);
  assert.ok(built.filter((sql) => /create or replace table/i.test(sql)).length > 30, `${built.length} statements`);
  // What is there is built on.
  await run();
  assert.ok(double.statements.some((sql) => /\bmerge into\b/i.test(sql)));
  assert.ok(double.statements.some((sql) => /\bdelete from\b/i.test(sql)));
});
