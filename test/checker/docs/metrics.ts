import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../../tools/repository.ts";

/** A line of a table in docs/metrics.md that says what replaces columns of another package: names as they stand in backticks. */
export type Replacement = {
  /** The models of theirs that the heading names. */
  readonly theirModels: readonly string[];
  readonly theirs: readonly string[];
  /** Ours, each as `model.column`. */
  readonly ours: readonly string[];
  /** Whether the line says that there is no counterpart. */
  readonly isNone: boolean;
};

/** A line of the first table: what people ask, which models answer, and the statement that they run. */
export type Question = { readonly question: string; readonly models: readonly string[]; readonly statement: string };

/** A column as a model's yml describes it; the type is as written there. */
export type MartColumn = { readonly model: string; readonly name: string; readonly type: string };

export async function readMetricsDocs(): Promise<string> {
  return readFile(join(repository, "docs", "metrics.md"), "utf8");
}

/** Every column of the marts that have definitions in docs/metrics.md or are named there, from the yml beside the models. */
export async function readMartColumns(): Promise<MartColumn[]> {
  const folder = join(repository, "models", "marts");
  const files = await Array.fromAsync(
    glob(["{support,operations,feedback,churn}/*.yml"], { cwd: folder, exclude: ["**/_*"] }),
  );
  const texts = await Promise.all(files.toSorted().map((file) => readFile(join(folder, file), "utf8")));
  return texts.flatMap((text) => {
    // dbt itself checks the shape of these files.
    const { models } = parse(text) as { models: { name: string; columns: { name: string; data_type: string }[] }[] };
    return models.flatMap(({ name: model, columns }) => {
      return columns.map(({ name, data_type }) => ({ model, name, type: data_type }));
    });
  });
}

/** The lines of the tables under the headings `### theirs, theirs → ours`. Throws when there are none. */
export function replacementsIn(docs: string): Replacement[] {
  const replacements: Replacement[] = [];
  let models: { readonly theirs: readonly string[]; readonly ours: string } | null = null;
  for (const line of docs.split("\n")) {
    const heading = /^### ((?:intercom|zendesk)__.+) → (\w+)$/.exec(line);
    if (heading !== null) models = { theirs: (heading[1] ?? "").split(", "), ours: heading[2] ?? "" };
    else if (line.startsWith("#")) models = null;
    if (models === null || !line.startsWith("| `")) continue;
    const [, left = "", right = ""] = line.split("|");
    const { theirs: theirModels, ours: model } = models;
    const ours = named(right).map((name) => (name.includes(".") ? name : `${model}.${name}`));
    replacements.push({ theirModels, theirs: named(left), ours, isNone: /\bnone\b/.test(right) });
  }
  if (replacements.length === 0)
    throw new Error("docs/metrics.md says nothing of what replaces other packages' columns");
  return replacements;
}

/** The lines of the table under the heading `## Questions`. Throws when there are none. */
export function questionsIn(docs: string): Question[] {
  const [, section = ""] = /^## Questions\n(.*?)^## /ms.exec(docs) ?? [];
  const rows = section.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| question |"));
  if (rows.length === 0) throw new Error("docs/metrics.md has no table of questions");
  return rows.map((row) => {
    const [, question = "", models = "", ...statement] = row.split("|").map((cell) => cell.trim());
    return { question, models: named(models), statement: named(statement.join("|"))[0] ?? "" };
  });
}

/** What stands in backticks. */
export function named(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
}
