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

/** The tables of `build_record` from which updates read what has changed. */
const buildRecords: readonly GoogleSqlTable[] = [
  {
    name: "test.marts_builds.changes",
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
    name: "test.marts_builds.changed_days",
    columns: [
      { name: "told_by", type: googleSqlTypes.STRING },
      { name: "workspace_id", type: googleSqlTypes.STRING },
      { name: "day", type: googleSqlTypes.DATE },
      { name: "changed_in", type: googleSqlTypes.INT64 },
      { name: "changed_on", type: googleSqlTypes.DATE },
    ],
  },
];

/** What Google's analyzer says of the whole project, compiled for BigQuery. */
export type AnalyzedProject = {
  readonly manifest: Manifest;
  /** The raw tables, the seeds and the models. */
  readonly tables: readonly GoogleSqlTable[];
  /** A statement that is no GoogleSQL, each with its node. */
  readonly complaints: readonly string[];
  /** The columns that each node gives when it is built in full. */
  readonly columnsOf: ReadonlyMap<CompiledNode, readonly GoogleSqlColumn[]>;
  /** The columns that each incremental model gives when it builds on its own rows, by id; null where it is no GoogleSQL. */
  readonly incrementalColumnsOf: ReadonlyMap<string, readonly GoogleSqlColumn[] | null>;
};

/** Compiles the project with these project variables and analyzes each statement. */
export async function analyzeProject(
  analyzer: GoogleSqlAnalyzer,
  workFolder: string,
  vars: Readonly<Record<string, unknown>> = {},
): Promise<AnalyzedProject> {
  const manifest = await compileForBigQuery(workFolder, vars, ["--full-refresh"]);
  const tables: GoogleSqlTable[] = [
    ...manifest.sources.map((source) => ({ name: source.relation, columns: rawColumns(source.name) })),
    ...manifest.seeds.map((seed) => ({ name: seed.relation, columns: seed.columns.map(seedColumn) })),
    ...buildRecords,
  ];
  const complaints: string[] = [];
  const columnsOf = new Map<CompiledNode, readonly GoogleSqlColumn[]>();
  const incrementalColumnsOf = new Map<string, readonly GoogleSqlColumn[] | null>();
  for (const node of manifest.nodes) {
    const columns = await analyzed(node);
    if (columns === null) continue;
    columnsOf.set(node, columns);
    if (node.relation !== null) tables.push({ name: node.relation, columns });
  }
  // A model that is incremental selects from itself too, so this needs the tables that the first pass found.
  const rebuilt = (await compileForBigQuery(workFolder, vars, [])).nodes.filter((node) => node.isIncremental);
  for (const node of rebuilt) incrementalColumnsOf.set(node.id, await analyzed(node));
  return { manifest, tables, complaints, columnsOf, incrementalColumnsOf };

  async function analyzed(node: CompiledNode): Promise<readonly GoogleSqlColumn[] | null> {
    try {
      return await analyzer.analyze(node.sql, tables);
    } catch (error) {
      complaints.push(`${node.id}: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
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

async function compileForBigQuery(
  workFolder: string,
  vars: Readonly<Record<string, unknown>>,
  flags: readonly string[],
): Promise<Manifest> {
  const commandLine = ["compile", "--no-populate-cache", "--no-introspect", ...varsFlags(vars), ...flags];
  const compiled = await runDbt(commandLine, workFolder, bigQueryAt(), { isRecorded: true });
  assert.equal(compiled.exitCode, 0, compiled.output);
  return readManifest(targetFolder(workFolder));
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
