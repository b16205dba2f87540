import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** An installed package, and what it says of its licence; an empty text when it says nothing. */
export type Licensed = { readonly name: string; readonly licence: string };

/** Licences that ask for no more than their text and the authors' names to be kept, by their names in SPDX. */
const allowed: ReadonlySet<string> = new Set([
  ...["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "MIT", "MIT-0", "MIT-CMU"],
  ...["PSF-2.0", "Unlicense", "Zlib"],
]);

const mozilla = "The licence asks for the source of changed files alone, and nothing here changes them.";

/** Packages of other licences: the licence, as `spdxOf` names it, and why it does no harm. */
export const exceptions: Readonly<Record<string, { readonly licence: string; readonly why: string }>> = {
  "axe-core": { licence: "MPL-2.0", why: `Tests alone run it. ${mozilla}` },
  certifi: { licence: "MPL-2.0", why: mozilla },
  fqdn: { licence: "MPL-2.0", why: `Tests alone run it. ${mozilla}` },
  pathspec: { licence: "MPL-2.0", why: mozilla },
  tqdm: { licence: "MPL-2.0 AND MIT", why: mozilla },
  "text-unidecode": {
    licence: "Artistic-1.0",
    why: "dbt needs it. It may be used under the Artistic License or the GPL; it is installed as its authors publish it.",
  },
};

/** What Python's packages write, and its name in SPDX. A BSD licence without a number is taken for the longer one. */
const spdxNames: Readonly<Record<string, string>> = {
  "2-clause BSD": "BSD-2-Clause",
  "3-Clause BSD License": "BSD-3-Clause",
  "Apache 2.0": "Apache-2.0",
  "Apache License": "Apache-2.0",
  "Apache License 2.0": "Apache-2.0",
  "Apache License, Version 2.0": "Apache-2.0",
  "Apache Software License": "Apache-2.0",
  "Apache-2": "Apache-2.0",
  "Artistic License": "Artistic-1.0",
  BSD: "BSD-3-Clause",
  "BSD License": "BSD-3-Clause",
  "BSD 3-Clause License": "BSD-3-Clause",
  "BSD-3": "BSD-3-Clause",
  "ISC License (ISCL)": "ISC",
  "License :: OSI Approved :: MIT License": "MIT",
  "MIT License": "MIT",
  "MIT license": "MIT",
  "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
  PSFL: "PSF-2.0",
  "Python Software Foundation License": "PSF-2.0",
  "Simplified BSD License": "BSD-2-Clause",
};

/** The packages whose licence is neither allowed nor an exception of this package and this licence, as lines. */
export function refused(packages: readonly Licensed[]): readonly string[] {
  return packages
    .filter(({ name, licence }) => !isAllowed(licence) && exceptions[name]?.licence !== licence)
    .map(({ name, licence }) => `${name}: ${licence || "no licence"}`);
}

/** Of licences with OR between them one has to be allowed, with AND all. */
function isAllowed(expression: string): boolean {
  const terms = (text: string, word: string): string[] => text.replaceAll(/[()]/g, "").split(word);
  return terms(expression, " OR ").some((choice) => terms(choice, " AND ").every((licence) => allowed.has(licence)));
}

const npmManifest = z.object({
  name: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]).default(""),
});

/** The packages of a node_modules folder, and of those within. */
export function npmInstalled(modules: string): readonly Licensed[] {
  const folders = readdirSync(modules).flatMap((name) => {
    if (name.startsWith(".")) return [];
    return name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name];
  });
  return folders.flatMap((folder) => {
    const within = join(modules, folder, "node_modules");
    const { name, license } = npmManifest.parse(
      JSON.parse(readFileSync(join(modules, folder, "package.json"), "utf8")),
    );
    return [{ name, licence: license }, ...(existsSync(within) ? npmInstalled(within) : [])];
  });
}

/** The packages of a virtual environment. */
export function pythonInstalled(environment: string): readonly Licensed[] {
  const files = globSync("lib/python*/site-packages/*.dist-info/METADATA", { cwd: environment });
  return files.map((file) => {
    const text = readFileSync(join(environment, file), "utf8");
    const head = text.slice(0, text.search(/\r?\n\r?\n/));
    const field = (name: string): string[] =>
      [...head.matchAll(new RegExp(`^${name}: ([^\\r\\n]*)`, "gm"))].map(([, value = ""]) => value.trim());
    const classifiers = field("Classifier").filter((classifier) => classifier.startsWith("License ::"));
    const licence = spdxOf(field("License-Expression")[0], field("License")[0], classifiers);
    return { name: field("Name")[0] ?? file, licence };
  });
}

/** The field for SPDX; else the free text, when it is a name that we know; else the classifiers. */
function spdxOf(expression = "", freeText = "", classifiers: readonly string[] = []): string {
  if (expression !== "") return expression;
  const known = spdxNames[freeText];
  if (known !== undefined) return known;
  if (isAllowed(freeText) || Object.values(exceptions).some(({ licence }) => licence === freeText)) return freeText;
  const names = classifiers.map((classifier) => classifier.split(" :: ").at(-1) ?? "");
  return names.map((name) => spdxNames[name] ?? name).join(" AND ") || freeText;
}
