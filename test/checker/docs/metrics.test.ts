import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOfDbtIntercom } from "./dbt-intercom-columns.ts";
import { columnsOfDbtZendesk } from "./dbt-zendesk-columns.ts";
import { named, questionsIn, readMartColumns, readMetricsDocs, replacementsIn } from "./metrics.ts";

const docs = await readMetricsDocs();
const columns = await readMartColumns();
const replacements = replacementsIn(docs);

const measuring = [
  "conversation_metrics",
  "teammate_metrics",
  "team_metrics",
  "company_metrics",
  "contact_metrics",
  "tag_metrics",
  "support_daily",
  "support_weekly",
  "support_monthly",
  "period_comparison",
  "teammate_daily",
  "tag_daily",
  "company_monthly",
  "tickets",
  "sync_health",
  "statistics_reconciliation",
];
/** What a company is, not what its conversations measure. */
const facts = ["employees_count", "users_count", "sessions_count", "monthly_spend"];

for (const [model, names] of Object.entries(columnsOfDbtIntercom)) {
  test(`docs/metrics.md names a replacement for every column of ${model}`, () => {
    const replaced = replacements
      .filter(({ theirModels, ours }) => theirModels.includes(model) && ours.length > 0)
      .flatMap(({ theirs }) => theirs);
    assert.deepEqual(
      names
        .trim()
        .split(/\s+/)
        .filter((name) => !replaced.includes(name)),
      [],
    );
  });
}

for (const [model, names] of Object.entries(columnsOfDbtZendesk)) {
  test(`docs/metrics.md names a replacement for every column of ${model}, or says that there is none`, () => {
    const answered = replacements
      .filter(({ theirModels, ours, isNone }) => theirModels.includes(model) && (ours.length > 0 || isNone))
      .flatMap(({ theirs }) => theirs);
    assert.deepEqual(names.trim().split(/\s+/).toSorted(), answered.toSorted());
  });
}

test("every question names a mart that there is, and its statement reads this mart and no other", () => {
  const marts = new Set(columns.map(({ model }) => model));
  for (const { question, models, statement } of questionsIn(docs)) {
    assert.ok(models.length > 0 && models.every((model) => marts.has(model)), `${question}: ${models}`);
    const read = [...statement.matchAll(/\b(?:from|join) (\w+)/g)].map(([, name = ""]) => name);
    assert.deepEqual([...new Set(read)].toSorted(), models.toSorted(), question);
  }
});

test("every replacement is a column that there is", () => {
  const known = new Set(columns.map(({ model, name }) => `${model}.${name}`));
  const unknown = replacements.flatMap(({ ours }) => ours).filter((name) => !known.has(name));
  assert.deepEqual(unknown, []);
});

test("every figure of the metrics marts is in docs/metrics.md, durations and percentiles by the name that their forms share", () => {
  const documented = new Set(named(docs));
  const figures = columns
    .filter(({ model, type }) => measuring.includes(model) && /bigint|double|boolean/.test(type))
    .filter(({ model, name }) => model === "conversation_metrics" || !name.startsWith("is_"))
    .filter(({ name }) => !facts.includes(name))
    .map(({ name }) => name);
  assert.ok(figures.length > 200, `only ${figures.length} figures`);
  const missing = figures.filter((name) => !documented.has(name) && !documented.has(sharedName(name)));
  assert.deepEqual(missing, []);
});

/** `p90_time_to_reply_office_seconds` is a form of `time_to_reply`. */
function sharedName(name: string): string {
  return name.replace(/^p\d\d_/, "").replace(/(_office)?_seconds$/, "");
}
