import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type AnalyzedProject, analyzeProject, columnText, promised } from "./analyzed-project.ts";
import { attributeVars } from "./attribute-workspace.ts";
import { GoogleSqlAnalyzer } from "./googlesql.ts";

/** By model: the columns that the variables add, and their types on BigQuery. */
const added: Readonly<Record<string, readonly string[]>> = {
  conversation_metrics: ["plan STRING", "seats FLOAT64", "is_vip BOOL", "renewal_at TIMESTAMP", "odd_name STRING"],
  support_daily: ["plan STRING"],
  contacts: ["job_role STRING", "trial_ends_at TIMESTAMP"],
  companies: ["contract_value FLOAT64"],
  tickets: [
    "severity STRING",
    "affected_seats FLOAT64",
    "is_regression BOOL",
    "first_seen_at TIMESTAMP",
    "choice STRING",
    "rank_number FLOAT64",
  ],
};

describe("the models compiled for BigQuery with columns of attributes", () => {
  let analyzer: GoogleSqlAnalyzer | undefined;
  let workFolder: string;
  let project: AnalyzedProject;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "analyzer-"));
    analyzer = await GoogleSqlAnalyzer.start();
    project = await analyzeProject(analyzer, workFolder, attributeVars);
  });

  after(async () => {
    analyzer?.stop();
    await rm(workFolder, { recursive: true });
  });

  it("are GoogleSQL, every model and every test", () => {
    assert.deepEqual(project.complaints, []);
  });

  it("have the columns last, in their types, and the others as the contracts promise", () => {
    for (const mart of project.manifest.nodes.filter((node) => node.isUnderContract)) {
      const given = project.columnsOf.get(mart)?.map(columnText);
      assert.deepEqual(given, [...mart.columns.map(promised), ...(added[nameOf(mart.id)] ?? [])], mart.id);
    }
  });

  it("give the same columns when they build on what is there", () => {
    for (const [node, columns] of project.columnsOf)
      if (node.isIncremental) assert.deepEqual(project.incrementalColumnsOf.get(node.id), columns, node.id);
  });
});

function nameOf(id: string): string {
  return id.split(".").at(-1) ?? id;
}
