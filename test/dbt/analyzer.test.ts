import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { rawTables } from "../../loader/load/raw-tables.ts";
import type { MartReader } from "../../loader/marts.ts";
import { readReportData } from "../../loader/report/read/contents.ts";
import { questionsIn, readMetricsDocs } from "../checker/docs/metrics.ts";
import { readRecipes } from "../checker/docs/recipes.ts";
import { comparisons } from "../semantic/comparisons.ts";
import { statementsForBigQuery } from "../semantic/metricflow.ts";
import { type AnalyzedProject, analyzeProject, columnText, promised } from "./analyzed-project.ts";
import { targetFolder } from "./command.ts";
import { GoogleSqlAnalyzer } from "./googlesql.ts";

describe("the models compiled for BigQuery", () => {
  let analyzer: GoogleSqlAnalyzer | undefined;
  let workFolder: string;
  let project: AnalyzedProject;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "analyzer-"));
    analyzer = await GoogleSqlAnalyzer.start();
    project = await analyzeProject(analyzer, workFolder);
  });

  after(async () => {
    analyzer?.stop();
    await rm(workFolder, { recursive: true });
  });

  it("are GoogleSQL, every model and every test", () => {
    assert.deepEqual(project.complaints, []);
    assert.ok(project.columnsOf.size > 100, `only ${project.columnsOf.size} statements were checked`);
  });

  it("give the same columns when they build on what is there", () => {
    const incremental = [...project.columnsOf].filter(([node]) => node.isIncremental);
    assert.ok(incremental.length >= 4);
    for (const [node, columns] of incremental)
      assert.deepEqual(project.incrementalColumnsOf.get(node.id), columns, node.id);
  });

  it("give the columns and types that the marts' contracts promise", () => {
    const marts = project.manifest.nodes.filter((node) => node.isUnderContract);
    assert.ok(marts.length >= 8);
    for (const mart of marts) {
      const given = project.columnsOf.get(mart)?.map(columnText);
      assert.deepEqual(given, mart.columns.map(promised), mart.id);
    }
  });

  it("have every column described beside them, and none that is not there", () => {
    for (const model of project.manifest.nodes.filter((node) => node.kind === "model")) {
      const described = model.columns.filter((column) => column.description !== "").map((column) => column.name);
      const given = project.columnsOf.get(model)?.map((column) => column.name) ?? [];
      assert.deepEqual(described.toSorted(), given.toSorted(), model.id);
    }
  });

  it("know every raw table, and each column of it by a description", () => {
    const described = project.manifest.sources.map((source) => [
      source.name,
      source.columns.map((column) => column.name),
    ]);
    const defined = rawTables.map((table) => [table.name, table.columns.map((column) => column.name)]);
    assert.deepEqual(described.toSorted(), defined.toSorted());
    for (const source of project.manifest.sources)
      assert.ok(source.columns.every((column) => column.description !== ""));
  });

  /** The marts, by their names alone. */
  const martTables = () => {
    const marts = project.manifest.nodes.filter((node) => node.isUnderContract).map((node) => node.relation);
    return project.tables
      .filter(({ name }) => marts.includes(name))
      .map((table) => ({ ...table, name: table.name.split(".").at(-1) ?? "" }));
  };

  it("understand what the report page asks", async () => {
    const statements: string[] = [];
    const marts: MartReader = {
      async rows(query) {
        statements.push(query((name) => name));
        return [];
      },
      close: async () => undefined,
    };
    await readReportData(marts, { version: "", madeAtMs: 0, hasPeople: true });
    assert.ok(statements.length > 20);
    const tables = martTables();
    for (const statement of statements) assert.ok((await analyzer?.analyze(statement, tables))?.length, statement);
  });

  it("understand the statements that docs/metrics.md and docs/recipes.md answer questions with", async () => {
    const tables = martTables();
    for (const { question, statement } of [...questionsIn(await readMetricsDocs()), ...(await readRecipes())])
      assert.ok((await analyzer?.analyze(statement, tables))?.length, question);
  });

  it("understand what MetricFlow asks, for every metric", async () => {
    const manifest = join(targetFolder(workFolder), "semantic_manifest.json");
    const statements = await statementsForBigQuery(manifest, comparisons);
    assert.ok(statements.length > comparisons.length + 50, `only ${statements.length} statements`);
    for (const statement of statements)
      assert.ok((await analyzer?.analyze(statement, project.tables))?.length, statement);
  });

  for (const [fault, sql] of [
    ["a cast by two colons", "select id::text as id from {conversations}"],
    ["a function that only DuckDB has", "select make_timestamp(1) as at from {conversations}"],
    ["grouping by a JSON column", "select payload from {conversations} group by payload"],
    ["a column that is not there", "select no_such_column from {conversations}"],
    ["a comparison of a text with a number", "select id from {conversations} where id = 1"],
    ["a list type in DuckDB's spelling", "select cast([] as varchar[]) as tags"],
  ] as const) {
    it(`would be refused for ${fault}`, async () => {
      const conversations = project.manifest.sources.find((source) => source.name === "conversations");
      assert.ok(analyzer);
      const statement = sql.replace("{conversations}", `\`${conversations?.relation}\``);
      await assert.rejects(analyzer.analyze(statement, project.tables), /INVALID_ARGUMENT/);
    });
  }
});
