import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { bigQueryAt, runDbt, varsFlags } from "../dbt/command.ts";
import { GoogleSqlAnalyzer } from "../dbt/googlesql.ts";
import { rawTablesIn } from "../dbt/raw-googlesql.ts";
import { AnalyzingBigQuery } from "./analyzing-bigquery.ts";

const tag = "projects/p/locations/eu/taxonomies/1/policyTags/2";
const selected = ["--select", "stg_intercom__contacts", "stg_intercom__admins"];
const notTests = ["--exclude-resource-type", "test", "unit_test"];

test("columns with personal data get the policy tag of the variable, and other columns get none", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "policy-tags-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const analyzer = await GoogleSqlAnalyzer.start();
  context.after(() => analyzer.stop());
  const double = await AnalyzingBigQuery.start(analyzer, rawTablesIn("test.raw"));
  context.after(() => double.close());
  const args = ["build", ...notTests, ...varsFlags({ pii_policy_tag: tag }), ...selected];
  const { exitCode, output } = await runDbt(args, folder, bigQueryAt(double.url));
  assert.equal(exitCode, 0, output.slice(-3000));
  const personal = ["city", "custom_attributes", "email", "external_id", "name", "phone", "region"];
  assert.deepEqual(taggedIn(double, "stg_intercom__contacts"), personal);
  assert.deepEqual(taggedIn(double, "stg_intercom__admins"), ["email", "job_title", "name"]);
});

/** The columns of a table that have the tag, sorted. */
function taggedIn(double: AnalyzingBigQuery, table: string): string[] {
  const [, fields] = [...double.described].find(([name]) => name.endsWith(`.${table}`)) ?? [];
  assert.ok(Array.isArray(fields) && fields.length > 5, `${table} was described`);
  return fields
    .filter((field) => JSON.stringify(field).includes(tag))
    .map(({ name }: { readonly name: string }) => name)
    .sort();
}
