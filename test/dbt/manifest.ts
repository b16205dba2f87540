import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A model or a data test that dbt has compiled. */
export type CompiledNode = {
  readonly id: string;
  readonly kind: "model" | "test";
  readonly dependsOn: readonly string[];
  readonly sql: string;
  /** The full name that others select a model by; null for a test. */
  readonly relation: string | null;
  /** Whether dbt holds the columns below to be a promise. */
  readonly isUnderContract: boolean;
  /** Whether it builds on its own rows when it has some. */
  readonly isIncremental: boolean;
  readonly columns: readonly DescribedColumn[];
};

/** A column as the yml beside the model describes it; the type is empty where none is declared. */
export type DescribedColumn = { readonly name: string; readonly type: string; readonly description: string };

/** A raw table that models read. */
export type SourceNode = {
  readonly name: string;
  readonly relation: string;
  readonly columns: readonly DescribedColumn[];
};

/** A table that dbt loads from a file of the project. */
export type SeedNode = { readonly relation: string; readonly columns: readonly DescribedColumn[] };

export type Manifest = {
  readonly nodes: readonly CompiledNode[];
  readonly sources: readonly SourceNode[];
  readonly seeds: readonly SeedNode[];
};

type ManifestFile = {
  readonly nodes: Readonly<Record<string, ManifestNode>>;
  readonly sources: Readonly<Record<string, ManifestSource>>;
};

type ManifestColumns = Readonly<
  Record<string, { readonly name: string; readonly data_type?: string | null; readonly description: string }>
>;

type ManifestSource = {
  readonly identifier: string;
  readonly relation_name: string;
  readonly columns: ManifestColumns;
};

type ManifestNode = {
  readonly resource_type: string;
  readonly compiled_code?: string;
  readonly relation_name?: string | null;
  readonly depends_on: { readonly nodes: readonly string[] };
  readonly config: { readonly contract?: { readonly enforced: boolean }; readonly materialized?: string };
  readonly columns: ManifestColumns;
};

/** Reads dbt's manifest.json; the nodes come so that each follows what it depends on. Errors: a node that was not compiled. */
export async function readManifest(targetFolder: string): Promise<Manifest> {
  // dbt's own format, version 12 of its manifest schema; only the fields above are relied on.
  const file = JSON.parse(await readFile(join(targetFolder, "manifest.json"), "utf8")) as ManifestFile;
  const nodes = Object.entries(file.nodes)
    .filter(([, node]) => node.resource_type === "model" || node.resource_type === "test")
    .map(([id, node]) => compiledNode(id, node));
  const sources = Object.values(file.sources).map((source) => ({
    name: source.identifier,
    relation: unquoted(source.relation_name),
    columns: describedColumns(source.columns),
  }));
  const seeds = Object.values(file.nodes)
    .filter((node) => node.resource_type === "seed")
    .map((node) => ({ relation: unquoted(node.relation_name ?? ""), columns: describedColumns(node.columns) }));
  return { nodes: inOrder(nodes), sources, seeds };
}

/** `` `a`.`b`.`c` `` as `a.b.c`. */
function unquoted(relation: string): string {
  return relation.replaceAll("`", "");
}

function compiledNode(id: string, node: ManifestNode): CompiledNode {
  if (!node.compiled_code) throw new Error(`dbt left ${id} without a compiled statement`);
  return {
    id,
    kind: node.resource_type === "model" ? "model" : "test",
    dependsOn: node.depends_on.nodes,
    sql: node.compiled_code,
    relation: node.relation_name ? unquoted(node.relation_name) : null,
    isUnderContract: node.config.contract?.enforced === true,
    isIncremental: node.config.materialized === "versioned_incremental",
    columns: describedColumns(node.columns),
  };
}

function describedColumns(columns: ManifestColumns): DescribedColumn[] {
  return Object.values(columns).map(({ name, data_type, description }) => ({
    name,
    type: data_type ?? "",
    description,
  }));
}

function inOrder(nodes: readonly CompiledNode[]): CompiledNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered = new Set<CompiledNode>();
  const visit = (node: CompiledNode): void => {
    if (ordered.has(node)) return;
    for (const id of node.dependsOn) {
      const parent = byId.get(id);
      if (parent !== undefined) visit(parent);
    }
    ordered.add(node);
  };
  for (const node of nodes) visit(node);
  return [...ordered];
}
