import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { bigQueryAt, runDbt } from "../dbt/command.ts";
import { GoogleSqlAnalyzer } from "../dbt/googlesql.ts";
import { rawTablesIn } from "../dbt/raw-googlesql.ts";
import { datasetsNamed, datasetsWritten } from "../load/bigquery/datasets.ts";
import { AnalyzingBigQuery } from "./analyzing-bigquery.ts";

const notTests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];

describe("what dbt sends BigQuery in two builds", () => {
  let folder: string;
  let analyzer: GoogleSqlAnalyzer | undefined;
  let double: AnalyzingBigQuery | undefined;
  let changed: readonly string[];
  /** In a warehouse without a model. */
  let first: readonly string[];
  /** In one that has all of them. */
  let second: readonly string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "statements-"));
    analyzer = await GoogleSqlAnalyzer.start();
    double = await AnalyzingBigQuery.start(analyzer, rawTablesIn("test.raw"));
    const statementsOfBuild = async ({ url, complaints, statements }: AnalyzingBigQuery): Promise<string[]> => {
      const { exitCode, output } = await runDbt(["build", ...notTests], folder, bigQueryAt(url));
      assert.deepEqual(complaints, []);
      assert.equal(exitCode, 0, output.slice(-4000));
      return statements.splice(0);
    };
    first = await statementsOfBuild(double);
    second = await statementsOfBuild(double);
    changed = double.changed;
  });

  after(async () => {
    await double?.close();
    analyzer?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("is GoogleSQL: DDL, what is merged, what hooks delete", () => {
    const made = first.filter((sql) => /create or replace table/i.test(sql));
    assert.ok(made.length > 30, `${first.length} statements`);
    assert.ok(second.some((sql) => /\bmerge into\b/i.test(sql)));
    assert.ok(second.some((sql) => /\bdelete from\b/i.test(sql)));
  });

  it("changes the datasets of the models alone, and makes no dataset that is there", () => {
    const own = ["marts", "marts_builds", "marts_staging"];
    for (const statements of [first, second])
      assert.deepEqual([...new Set(statements.flatMap(datasetsWritten))].sort(), own);
    assert.ok(changed.length > 0);
    for (const name of changed) assert.ok(own.includes(name.split(".")[0] ?? ""), name);
    // dbt makes those of models itself, where it does not find them in the list of all; the double has no such list.
    assert.ok(!first.some((sql) => /\bcreate schema\b[^`]*`test`\.`marts_builds`/i.test(sql)));
  });

  it("makes views that read where docs/bigquery.md lets readers through, and nowhere else", () => {
    const views = first.filter((sql) => /\bcreate or replace view\b/i.test(sql));
    const readBy = (dataset: string): readonly string[] => {
      const ofDataset = views.filter((sql) => datasetsWritten(sql).includes(dataset));
      return [...new Set(ofDataset.flatMap(datasetsNamed))].filter((name) => name !== dataset).sort();
    };
    assert.ok(views.length > 30, `${views.length} views`);
    assert.deepEqual(readBy("marts"), ["marts_staging"]);
    assert.deepEqual(readBy("marts_staging"), []);
  });
});
