import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { repository } from "../tools/repository.ts";

/** Pages of prose, as paths from the root of the repository. CHANGELOG.md is left out: it names paths that are gone. */
const pages = globSync("{docs/*.md,README.md,CONTRIBUTING.md,SECURITY.md,seeds/*.md,test/*/*.md}", {
  cwd: repository,
}).sort();

/** Folders that a command makes: a page may name their files before they exist. */
const builtFolders = new Set([
  ".git",
  ".tools",
  ".venv",
  ".venv-metricflow",
  ".venv-statistics",
  ".venv-supply",
  "data",
  "logs",
  "node_modules",
  "target",
]);
const roots = new Set(
  readdirSync(repository, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !builtFolders.has(entry.name))
    .map((entry) => entry.name),
);
const sourceFile = /^[\w.-]+\.(ts|sql|py|md|ya?ml|lock)$/;

/** The lines of a page outside of fenced blocks. */
function proseOf(page: string): string {
  return readFileSync(join(repository, page), "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** Each first group of a pattern in a page's prose. */
function found(page: string, pattern: RegExp): string[] {
  return [...proseOf(page).matchAll(pattern)].map((match) => match[1] ?? "");
}

/** Inline code that looks like a path of the repository: a folder of the root begins it, or a source file's name ends it. */
function pathsOf(page: string): string[] {
  return found(page, /`([^`\s]+)`/g).filter((span) => {
    const names = span.split("/");
    return sourceFile.test(names.at(-1) ?? "") || (names.length > 1 && roots.has(names[0] ?? ""));
  });
}

/** Whether a path exists, from the root or from the page's folder. `<name>` and `…` stand for any text. */
function isThere(page: string, path: string): boolean {
  const pattern = path.replaceAll(/<[^>]+>|…/g, "*");
  return ["", dirname(page)].some((folder) => globSync(join(folder, pattern), { cwd: repository }).length > 0);
}

/** The headings of a page, as anchors: lower case, words joined by hyphens, no other signs. */
function anchorsOf(page: string): string[] {
  return found(page, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

/** Targets of links that stay in the repository. */
function linksOf(page: string): string[] {
  return found(page, /\]\(([^)\s]+)\)/g).filter((target) => !/^[a-z]+:/.test(target));
}

function resolves(page: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? page : join(dirname(page), file);
  if (!existsSync(join(repository, target))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

for (const page of pages) {
  test(`every path that ${page} names exists`, () => {
    assert.deepEqual(
      pathsOf(page).filter((path) => !isThere(page, path)),
      [],
    );
  });

  test(`every link of ${page} within the repository leads to a file, and to a heading of it`, () => {
    assert.deepEqual(
      linksOf(page).filter((link) => !resolves(page, link)),
      [],
    );
  });
}

test("the index of docs/decisions.md names every entry once, in order", () => {
  const page = "docs/decisions.md";
  const entries = anchorsOf(page).slice(1);
  const indexed = linksOf(page).filter((link) => link.startsWith("#"));
  assert.deepEqual(
    indexed.slice(0, entries.length),
    entries.map((anchor) => `#${anchor}`),
  );
});

test("every entry of docs/decisions.md says the problem, the choice, why, and what would change it", () => {
  const entries = proseOf("docs/decisions.md").split(/^### /m).slice(1);
  const lacking = entries.filter((entry) => {
    const labels = [...entry.matchAll(/^- \*\*(.+?)\*\*:/gm)].map((match) => match[1]);
    return labels.join() !== "Problem,Choice,Why,What would change it";
  });
  assert.deepEqual(
    lacking.map((entry) => entry.split("\n")[0]),
    [],
  );
});
