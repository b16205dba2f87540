import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { questionsIn, readMetricsDocs } from "../checker/docs/metrics.ts";
import { readRecipes } from "../checker/docs/recipes.ts";
import { runDbt, targetFolder } from "../dbt/command.ts";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { type FakeIntercom, startFakeIntercom } from "../fake/intercom/server.ts";
import { churnOfBuckets, comparisons } from "../semantic/comparisons.ts";
import { differencesBetween } from "../semantic/differences.ts";
import { type AnswerRow, askMetrics } from "../semantic/metricflow.ts";
import { DemoWarehouse } from "../statistics/demo-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";

const pages = { "docs/metrics.md": questionsIn(await readMetricsDocs()), "docs/recipes.md": await readRecipes() };
const questions = Object.entries(pages).flatMap(([page, all]) => all.map((question) => ({ ...question, page })));
/** What the semantic models read, and the marts that they are compared with. */
const compared = [
  "+semantic_model:*",
  ...["calendar", "team_metrics", "company_metrics", "teammate_metrics", "ticket_weekly", "ticket_state_times"].map(
    (model) => `+${model}`,
  ),
  ...["support_daily", "support_weekly", "support_monthly", "churn_correlations", "churn_by_bucket"].map(
    (model) => `+${model}`,
  ),
];
/** These are 0 in every group of the demo, so that their comparison says little. Any other metric counts something. */
const nothingInTheDemo = ["bot_only_conversations", "bot_only_rate", "median_ticket_waiting_seconds"];
let fake: FakeIntercom;
let warehouse: DemoWarehouse;

before(async () => {
  const world = new GeneratedWorld({ conversations: 2000, tickets: 300, isWhole: true, seed: 1 });
  fake = await startFakeIntercom({ world });
  warehouse = await DemoWarehouse.create(fake);
  const read = [...new Set(questions.flatMap(({ models }) => models))].map((model) => `+${model}`);
  await warehouse.build([...read, ...compared]);
});

after(async () => {
  await warehouse.remove();
  await fake.close();
});

for (const { page, question, statement } of questions) {
  test(`${page} answers: ${question}`, async () => {
    const rows = await rowsOf(statement);
    assert.ok(rows.length > 0, "no row");
    assert.ok(rows.some((row) => Object.values(row).some((value) => value !== null && value !== 0 && value !== "0")));
  });
}

test("MetricFlow finds nothing wrong with the semantic models, and answers with the marts' numbers", async (context) => {
  const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: warehouse.path };
  const parsed = await runDbt(["parse"], warehouse.folder, environment, { isRecorded: true });
  assert.equal(parsed.exitCode, 0, parsed.output);
  const buckets = await rowsOf("select feature, bucket, bucket_from, bucket_to from churn_by_bucket order by all");
  const all = [
    ...comparisons,
    ...["tickets", "median_first_reply_seconds"].flatMap((feature) =>
      churnOfBuckets(
        feature,
        buckets.filter((row) => row["feature"] === feature),
      ),
    ),
  ];
  const manifest = join(targetFolder(warehouse.folder), "semantic_manifest.json");
  const { answers, issues } = await askMetrics(manifest, warehouse.path, all);
  assert.deepEqual(issues, []);
  assert.ok(all.length >= comparisons.length + 4, "no buckets");
  const asked = [...new Set(all.flatMap(({ metrics }) => metrics))];
  const counted = all.flatMap(({ metrics }, index) => metrics.filter((metric) => isSomewhere(metric, index)));
  assert.deepEqual(asked.filter((metric) => !counted.includes(metric)).toSorted(), nothingInTheDemo);
  for (const [index, comparison] of all.entries())
    await context.test(comparison.name, async () => {
      const rows = await rowsOf(comparison.statement);
      assert.ok(rows.length > 0, "no row");
      assert.deepEqual(differencesBetween(comparison, answers[index] ?? [], rows), []);
    });

  function isSomewhere(metric: string, index: number): boolean {
    return answers[index]?.some((row) => Boolean(row[metric])) === true;
  }
});

function rowsOf(statement: string): Promise<readonly AnswerRow[]> {
  return withDuckDb(warehouse.path, async (connection) => {
    await connection.run("use warehouse.intercom");
    // Statements of this project give texts, numbers and booleans; lists are looked at by none.
    return (await connection.runAndReadAll(statement)).getRowObjectsJson() as readonly AnswerRow[];
  });
}
