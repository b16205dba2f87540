import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type ColumnType, rawTables } from "../../loader/load/raw-tables.ts";
import { runDbt, targetFolder } from "./command.ts";
import { GoogleSqlAnalyzer, type GoogleSqlColumn, type GoogleSqlTable, googleSqlTypes, typeName } from "./googlesql.ts";
import { type CompiledNode, type Manifest, readManifest } from "./manifest.ts";

const bigQueryTypes = {
  text: googleSqlTypes.STRING,
  timestamp: googleSqlTypes.TIMESTAMP,
  integer: googleSqlTypes.INT64,
  boolean: googleSqlTypes.BOOL,
  json: googleSqlTypes.JSON,
} as const satisfies Record<ColumnType, GoogleSqlColumn["type"]>;

/** BigQuery's other names for the types that contracts use. */
const typeAliases: Readonly<Record<string, string>> = { BIGINT: "INT64", BOOLEAN: "BOOL" };

describe("the models compiled for BigQuery", () => {
  let analyzer: GoogleSqlAnalyzer | undefined;
  let workFolder: string;
  let manifest: Manifest;
  const tables: GoogleSqlTable[] = [];
  const complaints: string[] = [];
  const columnsOf = new Map<CompiledNode, readonly GoogleSqlColumn[]>();
  const incrementalColumnsOf = new Map<string, readonly GoogleSqlColumn[] | null>();

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "analyzer-"));
    const [started, manifestOfFull] = await Promise.all([
      GoogleSqlAnalyzer.start(),
      compileForBigQuery(workFolder, ["--full-refresh"]),
    ]);
    analyzer = started;
    manifest = manifestOfFull;
    tables.push(...manifest.sources.map((source) => ({ name: source.relation, columns: rawColumns(source.name) })));
    tables.push(...manifest.seeds.map((seed) => ({ name: seed.relation, columns: seed.columns.map(seedColumn) })));
    for (const node of manifest.nodes) {
      const columns = await analyzed(node);
      if (columns === null) continue;
      columnsOf.set(node, columns);
      if (node.relation !== null) tables.push({ name: node.relation, columns });
    }
    // A model that is incremental selects from itself too, so this needs the tables that the first pass found.
    const rebuilt = (await compileForBigQuery(workFolder, [])).nodes.filter((node) => node.isIncremental);
    for (const node of rebuilt) incrementalColumnsOf.set(node.id, await analyzed(node));

    async function analyzed(node: CompiledNode): Promise<readonly GoogleSqlColumn[] | null> {
      try {
        return await started.analyze(node.sql, tables);
      } catch (error) {
        complaints.push(`${node.id}: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      }
    }
  });

  after(async () => {
    analyzer?.stop();
    await rm(workFolder, { recursive: true });
  });

  it("are GoogleSQL, every model and every test", () => {
    assert.deepEqual(complaints, []);
    assert.ok(columnsOf.size > 100, `only ${columnsOf.size} statements were checked`);
  });

  it("give the same columns when they build on what is there", () => {
    const incremental = [...columnsOf].filter(([node]) => node.isIncremental);
    assert.ok(incremental.length >= 4);
    for (const [node, columns] of incremental) assert.deepEqual(incrementalColumnsOf.get(node.id), columns, node.id);
  });

  it("give the columns and types that the marts' contracts promise", () => {
    const marts = manifest.nodes.filter((node) => node.isUnderContract);
    assert.ok(marts.length >= 8);
    for (const mart of marts) {
      const given = columnsOf.get(mart)?.map((column) => `${column.name} ${typeName(column.type)}`);
      assert.deepEqual(given, mart.columns.map(promised), mart.id);
    }
  });

  it("have every column described beside them, and none that is not there", () => {
    for (const model of manifest.nodes.filter((node) => node.kind === "model")) {
      const described = model.columns.filter((column) => column.description !== "").map((column) => column.name);
      const given = columnsOf.get(model)?.map((column) => column.name) ?? [];
      assert.deepEqual(described.toSorted(), given.toSorted(), model.id);
    }
  });

  it("know every raw table, and each column of it by a description", () => {
    const described = manifest.sources.map((source) => [source.name, source.columns.map((column) => column.name)]);
    const defined = rawTables.map((table) => [table.name, table.columns.map((column) => column.name)]);
    assert.deepEqual(described.toSorted(), defined.toSorted());
    for (const source of manifest.sources) assert.ok(source.columns.every((column) => column.description !== ""));
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
      const conversations = manifest.sources.find((source) => source.name === "conversations");
      assert.ok(analyzer);
      const statement = sql.replace("{conversations}", `\`${conversations?.relation}\``);
      await assert.rejects(analyzer.analyze(statement, tables), /INVALID_ARGUMENT/);
    });
  }
});

/** Without a connection: an emulator's address makes dbt take a made-up token; nothing listens there, and nothing asks. */
async function compileForBigQuery(workFolder: string, flags: readonly string[]): Promise<Manifest> {
  const commandLine = ["compile", "--no-populate-cache", "--no-introspect", ...flags];
  const compiled = await runDbt(commandLine, workFolder, {
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "project",
    BIGQUERY_EMULATOR_HOST: "http://127.0.0.1:9",
  });
  assert.equal(compiled.exitCode, 0, compiled.output);
  return readManifest(targetFolder(workFolder));
}

function rawColumns(table: string): GoogleSqlColumn[] {
  const definition = rawTables.find((candidate) => candidate.name === table);
  assert.ok(definition, `${table} is a source but no raw table`);
  return definition.columns.map((column) => ({ name: column.name, type: bigQueryTypes[column.type] }));
}

function seedColumn(column: { readonly name: string; readonly type: string }): GoogleSqlColumn {
  const type = Object.entries(googleSqlTypes).find(([name]) => name === column.type.toUpperCase())?.[1];
  assert.ok(type, `the seed's column ${column.name} is of no type that BigQuery has`);
  return { name: column.name, type };
}

function promised(column: { readonly name: string; readonly type: string }): string {
  const type = column.type.toUpperCase();
  return `${column.name} ${typeAliases[type] ?? type}`;
}
