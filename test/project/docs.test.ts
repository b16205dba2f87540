import assert from "node:assert/strict";
import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { repository } from "../tools/loader-process.ts";

/** A page of prose, as a path from the root of the repository. CHANGELOG.md is left out: it names paths that are gone. */
const pages = [...globSync("{docs/*.md,README.md,CONTRIBUTING.md,seeds/*.md,test/*/*.md}", { cwd: repository })].sort();

const folders = readdirSync(repository, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const roots = new Set(folders.map((folder) => folder.name).filter((name) => !builtFolders().has(name)));
const sourceFile = /^[\w.-]+\.(ts|sql|py|md|ya?ml|lock|toml)$/;

/** Folders that a command makes: a page may name them before they are there. */
function builtFolders(): ReadonlySet<string> {
  return new Set(["data", "target", "logs", "node_modules", ".git", ".venv", ".venv-statistics", ".tools"]);
}

/** Lines of a page outside of fenced blocks. */
function proseOf(page: string): string {
  return readFileSync(join(repository, page), "utf8").replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** Inline code that names a file or folder of the repository: it begins with a folder of the root, or ends as a source file does. */
function pathsOf(page: string): string[] {
  const spans = [...proseOf(page).matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? "");
  return spans.filter((span) => {
    const [first = "", second] = span.split("/");
    return second === undefined ? sourceFile.test(span) : roots.has(first) || sourceFile.test(span.split("/").at(-1) ?? "");
  });
}

/** `<name>` and `…` in a path stand for any text. */
function isThere(path: string): boolean {
  return globSync(path.replaceAll(/<[^>]+>|…/g, "*"), { cwd: repository }).length > 0;
}

/** The anchor that a heading gets: lower case, words joined by hyphens, no other signs. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

/** Links to other pages of this repository and to headings, without links to the web. */
function linksOf(page: string): string[] {
  const targets = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function resolves(page: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? page : join(dirname(page), file);
  if (!existsSync(join(repository, target))) {
    return false;
  }
  const headings = anchor === undefined ? [] : [...proseOf(target).matchAll(/^#+ (.+)$/gm)].map((match) => match[1] ?? "");
  return anchor === undefined || headings.map(anchorOf).includes(anchor);
}

for (const page of pages) {
  test(`every path that ${page} names exists, counted from the root of the repository or beside the page`, () => {
    const missing = pathsOf(page).filter((path) => !isThere(path) && !isThere(join(dirname(page), path)));
    assert.deepEqual(missing, []);
  });

  test(`every relative link of ${page} leads to a file and, where it names one, to a heading`, () => {
    assert.deepEqual(
      linksOf(page).filter((link) => !resolves(page, link)),
      [],
    );
  });
}
