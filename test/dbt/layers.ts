import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a model may read: raw tables, files of the project, or models of one of the three layers. */
export type Layer = "source" | "seed" | "staging" | "intermediate" | "marts";

/** A model and the layers of what it reads. */
export type LayeredModel = {
  readonly name: string;
  readonly layer: Layer;
  readonly reads: readonly { readonly name: string; readonly layer: Layer }[];
};

type Manifest = {
  readonly nodes: Readonly<Record<string, ManifestNode>>;
};

type ManifestNode = {
  readonly resource_type: string;
  readonly name: string;
  /** Below `models/`. */
  readonly path: string;
  readonly depends_on?: { readonly nodes?: readonly string[] };
};

const readable: Readonly<Record<Layer, readonly Layer[]>> = {
  source: [],
  seed: [],
  staging: ["source", "seed", "staging"],
  intermediate: ["source", "seed", "staging", "intermediate"],
  marts: ["source", "seed", "staging", "intermediate", "marts"],
};

/** The models of a manifest.json, each with what it reads. Errors: a model in none of the layers' folders. */
export async function readLayers(targetFolder: string): Promise<LayeredModel[]> {
  const { nodes } = JSON.parse(await readFile(join(targetFolder, "manifest.json"), "utf8")) as Manifest;
  const layered = (id: string): { name: string; layer: Layer } => {
    const node = nodes[id];
    if (node === undefined) return { name: id, layer: "source" };
    return { name: node.name, layer: node.resource_type === "seed" ? "seed" : layerOf(node) };
  };
  return Object.entries(nodes)
    .filter(([, node]) => node.resource_type === "model")
    .map(([id, node]) => ({ ...layered(id), reads: (node.depends_on?.nodes ?? []).map(layered) }));
}

/** In words, each model that reads a layer above its own. */
export function readsUpwards(models: readonly LayeredModel[]): string[] {
  return models.flatMap((model) =>
    model.reads
      .filter(({ layer }) => !readable[model.layer].includes(layer))
      .map(({ name, layer }) => `${model.name} (${model.layer}) reads ${name} (${layer})`),
  );
}

function layerOf(node: ManifestNode): Layer {
  const folder = node.path.split("/")[0];
  if (folder === "staging" || folder === "intermediate" || folder === "marts") return folder;
  throw new Error(`${node.name} is in models/${node.path}, which is no layer's folder`);
}
