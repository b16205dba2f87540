import assert from "node:assert/strict";
import { rawTables } from "../../loader/load/raw-tables.ts";
import { bigQueryAt, runDbt, targetFolder, varsFlags } from "./command.ts";
import {
  type GoogleSqlAnalyzer,
  type GoogleSqlColumn,
  type GoogleSqlTable,
  googleSqlTypes,
  typeName,
} from "./googlesql.ts";
import { type CompiledNode, type Manifest, readManifest } from "./manifest.ts";
import { rawColumnTypes } from "./raw-googlesql.ts";

/** BigQuery's other names for the types that contracts use. */
const typeAliases: Readonly<Record<string, string>> = { BIGINT: "INT64", BOOLEAN: "BOOL" };

/** The tables of `build_record` from which updates read what has changed. @param dataset with its project: `project.marts_builds` */
function buildRecordsIn(dataset: string): readonly GoogleSqlTable[] {
  return [
    {
      name: `${dataset}.changes`,
      columns: [
        { name: "followed", type: googleSqlTypes.STRING },
        { name: "workspace_id", type: googleSqlTypes.STRING },
        { name: "conversation_id", type: googleSqlTypes.STRING },
        { name: "ticket_id", type: googleSqlTypes.STRING },
        { name: "created_at", type: googleSqlTypes.TIMESTAMP },
        { name: "built_from", type: googleSqlTypes.STRING },
        { name: "changed_in", type: googleSqlTypes.INT64 },
        { name: "changed_on", type: googleSqlTypes.DATE },
      ],
    },
    {
      name: `${dataset}.changed_days`,
      columns: [
        { name: "told_by", type: googleSqlTypes.STRING },
        { name: "workspace_id", type: googleSqlTypes.STRING },
        { name: "day", type: googleSqlTypes.DATE },
        { name: "changed_in", type: googleSqlTypes.INT64 },
        { name: "changed_on", type: googleSqlTypes.DATE },
      ],
    },
  ];
}

/** What Google's analyzer says of the whole project, compiled for BigQuery. */
export type AnalyzedProject = AnalyzedStatements & {
  readonly manifest: Manifest;
  /** The columns that each incremental model gives when it builds on its own rows, by id; null where it is no GoogleSQL. */
  readonly incrementalColumnsOf: ReadonlyMap<string, readonly GoogleSqlColumn[] | null>;
};

/** What Google's analyzer says of compiled statements. */
export type AnalyzedStatements = {
  /** The raw tables, the seeds and the models. */
  readonly tables: readonly GoogleSqlTable[];
  /** A statement that is no GoogleSQL, each with its node. */
  readonly complaints: readonly string[];
  /** The columns that each node gives. */
  readonly columnsOf: ReadonlyMap<CompiledNode, readonly GoogleSqlColumn[]>;
};

/** Compiles the project with these project variables and analyzes each statement. */
export async function analyzeProject(
  analyzer: GoogleSqlAnalyzer,
  workFolder: string,
  vars: Readonly<Record<string, unknown>> = {},
): Promise<AnalyzedProject> {
  const manifest = await compileForBigQuery(workFolder, [...varsFlags(vars), "--full-refresh"]);
  const built = await analyzeStatements(analyzer, manifest.nodes, tablesBefore(manifest, "test.marts_builds"));
  // A model that is incremental selects from itself too, so this needs the tables that the first pass found.
  const rebuilt = (await compileForBigQuery(workFolder, varsFlags(vars))).nodes.filter((node) => node.isIncremental);
  const updated = await analyzeStatements(analyzer, rebuilt, built.tables);
  const incrementalColumnsOf = new Map(rebuilt.map((node) => [node.id, updated.columnsOf.get(node) ?? null]));
  return { ...built, complaints: [...built.complaints, ...updated.complaints], manifest, incrementalColumnsOf };
}

/** The tables that are there before any model: raw tables, seeds, and what builds record in `recordsDataset`. */
export function tablesBefore(manifest: Manifest, recordsDataset: string): readonly GoogleSqlTable[] {
  return [
    ...manifest.sources.map((source) => ({ name: source.relation, columns: rawColumns(source.name) })),
    ...manifest.seeds.map((seed) => ({ name: seed.relation, columns: seed.columns.map(seedColumn) })),
    ...buildRecordsIn(recordsDataset),
  ];
}

/** Analyzes statements in their order; each finds `tablesThere`, and what those before it have made. */
export async function analyzeStatements(
  analyzer: GoogleSqlAnalyzer,
  nodes: readonly CompiledNode[],
  tablesThere: readonly GoogleSqlTable[],
): Promise<AnalyzedStatements> {
  const tables = [...tablesThere];
  const complaints: string[] = [];
  const columnsOf = new Map<CompiledNode, readonly GoogleSqlColumn[]>();
  for (const node of nodes) {
    try {
      const columns = await analyzer.analyze(node.sql, tables);
      columnsOf.set(node, columns);
      const isNew = !tables.some(({ name }) => name === node.relation);
      if (node.relation !== null && isNew) tables.push({ name: node.relation, columns });
    } catch (error) {
      complaints.push(`${node.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { tables, complaints, columnsOf };
}

/** Compiles a project without a connection. `environment` comes on top of the one that all tests of BigQuery share. */
export async function compileForBigQuery(
  workFolder: string,
  flags: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Manifest> {
  const commandLine = ["compile", "--no-populate-cache", "--no-introspect", ...flags];
  const compiled = await runDbt(commandLine, workFolder, { ...bigQueryAt(), ...environment }, { isRecorded: true });
  assert.equal(compiled.exitCode, 0, compiled.output);
  return readManifest(targetFolder(workFolder));
}

/** A column that a contract promises, as `columnText` writes it. */
export function promised(column: { readonly name: string; readonly type: string }): string {
  const type = column.type.toUpperCase();
  return `${column.name} ${typeAliases[type] ?? type}`;
}

/** A column's name and type. */
export function columnText(column: GoogleSqlColumn): string {
  return `${column.name} ${typeName(column.type)}`;
}

function rawColumns(table: string): GoogleSqlColumn[] {
  const definition = rawTables.find((candidate) => candidate.name === table);
  assert.ok(definition, `${table} is a source but no raw table`);
  return definition.columns.map((column) => ({ name: column.name, type: rawColumnTypes[column.type] }));
}

function seedColumn(column: { readonly name: string; readonly type: string }): GoogleSqlColumn {
  const type = Object.entries(googleSqlTypes).find(([name]) => name === column.type.toUpperCase())?.[1];
  assert.ok(type, `the seed's column ${column.name} is of no type that BigQuery has`);
  return { name: column.name, type };
}
