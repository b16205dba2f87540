import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { repository } from "../../tools/repository.ts";
import type { Question } from "./metrics.ts";

/** The recipes of docs/recipes.md: each heading with a statement under it. Throws when there are none. */
export async function readRecipes(): Promise<Question[]> {
  const docs = await readFile(join(repository, "docs", "recipes.md"), "utf8");
  const recipes = docs
    .split(/^## /m)
    .slice(1)
    .map((section): Question => {
      const question = section.split("\n")[0] ?? "";
      const statement = /```sql\n(.*?)```/s.exec(section)?.[1]?.trim();
      if (statement === undefined) throw new Error(`docs/recipes.md has no statement under "${question}"`);
      const named = [...statement.matchAll(/\b(?:from|join) (\w+)/g)].map((match) => match[1] ?? "");
      const own = [...statement.matchAll(/\b(\w+) as \(/g)].map((match) => match[1]);
      return { question, models: [...new Set(named)].filter((name) => !own.includes(name)), statement };
    });
  if (recipes.length === 0) throw new Error("docs/recipes.md has no recipes");
  return recipes;
}
