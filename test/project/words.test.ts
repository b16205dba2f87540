import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { repository } from "../tools/repository.ts";
import { descriptionsIn, proseIn } from "./prose.ts";
import { sentencesOf, wordingFindings } from "./wording.ts";

// What people read is short and plain. This list names the files that read so; add yours when you have rewritten it. Prose is
// read from yml (descriptions, comments), md, sql (comments, literals) and ts (comments, literals).
const plainPaths = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "docs/*.md",
  "seeds/README.md",
  "test/*/*.md",
  "{models,seeds}/**/*.{md,yml}",
  "{models,macros}/**/*.sql",
  "dbt_project.yml",
  "profiles.yml",
  ".github/**/*.yml",
  "loader/**/*.ts",
  "test/**/*.ts",
];

/** Pages and descriptions. A colon ends no sentence there: who reads on after it still has the words before it in mind. */
const isPage = (path: string): boolean => /\.(?:md|yml)$/.test(path) && path !== "docs/decisions.md";

for (const pattern of plainPaths) {
  test(`sentences in ${pattern} are short, and name what they mean`, () => {
    // This file quotes what must not be written.
    const paths = globSync(pattern, { cwd: repository, exclude: ["test/project/words.test.ts"] }).sort();
    assert.ok(paths.length > 0, `no file matches ${pattern}`);
    const findings = paths.flatMap((path) => {
      const prose = proseIn(path, readFileSync(join(repository, path), "utf8"));
      const reading = { doesColonEnd: !isPage(path) };
      return prose.flatMap(({ place, text }) =>
        wordingFindings(text, reading).map((finding) => `${place}: ${finding}`),
      );
    });
    assert.deepEqual(findings, []);
  });
}

test("a description that several columns share is written once, as a doc block", () => {
  const places = new Map<string, string[]>();
  const ymlPatterns = plainPaths.filter((pattern) => pattern.endsWith(".yml"));
  for (const path of globSync(ymlPatterns, { cwd: repository })) {
    const descriptions = descriptionsIn(path, readFileSync(join(repository, path), "utf8"));
    for (const { place, text } of descriptions.map(({ place, text }) => ({ place, text: text.trim() }))) {
      if (text !== "") places.set(text, [...(places.get(text) ?? []), place]);
    }
  }
  // Two forms of a figure share the block of the figure, and differ in what follows it.
  const repeated = [...places].filter(
    ([text, found]) => found.length > 1 && !/^In (?:calendar|office-hours) seconds\./.test(text),
  );
  assert.deepEqual(repeated, []);
});

test("a sentence of 26 words is found, one of 25 is not", () => {
  const words = (count: number): string => `${Array.from({ length: count }, () => "word").join(" ")}.`;
  assert.deepEqual(wordingFindings(words(25)), []);
  assert.deepEqual(wordingFindings(words(26)), [`26 words, at most 25: ${words(26)}`]);
});

test("a colon lets a sentence go on in pages and descriptions, and ends it in code", () => {
  const text = `Null where a change was never shown: ${Array.from({ length: 20 }, () => "word").join(" ")}.`;
  assert.deepEqual(wordingFindings(text), [`27 words, at most 25: ${text}`]);
  assert.deepEqual(wordingFindings(text, { doesColonEnd: true }), []);
});

test("a phrase that sends the reader back is found", () => {
  assert.equal(wordingFindings("The latter as a share of the former.").length, 1);
  assert.equal(wordingFindings("1 records were rejected.").length, 1);
  assert.deepEqual(wordingFindings("ratings_satisfied ÷ ratings, of 41 records."), []);
});

test("sentences end at a point or semicolon before a space, and not inside code or a number", () => {
  const text = "See `a. b; c` (docs/a.md) at 1.5 s: it is here; not there. And [a link](https://a.example/b) too.";
  const [first, second, ...others] = [
    "See `code` (docs/a.md) at 1.5 s:",
    "it is here;",
    "not there.",
    "And a link too.",
  ];
  assert.deepEqual(sentencesOf(text, { doesColonEnd: true }), [first, second, ...others]);
  assert.deepEqual(sentencesOf(text, { doesColonEnd: false }), [`${first} ${second}`, ...others]);
});

test("prose is read from descriptions, tables, comments and literals, and not from code", () => {
  const texts = (path: string, content: string): string[] => proseIn(path, content).map(({ text }) => text.trim());
  const yml = "# A note.\nmodels:\n  - name: m\n    description: One. {{ doc('two') }}\n    data_type: string\n";
  assert.deepEqual(texts("a.yml", yml), ["One.", "A note."]);
  assert.deepEqual(
    texts("a.md", "# Title\n\n- item one\n  goes on\n- two\n\n| a | `b|c` d |\n|---|---|\n```\ncode\n```\n"),
    ["Title", "item one\n  goes on", "two", "a", "`code` d"],
  );
  assert.deepEqual(texts("a.md", "{% docs a %}One.{% enddocs %}\n{% docs b %}Two.{% enddocs %}\n"), ["One.", "Two."]);
  assert.deepEqual(texts("a.sql", "-- one\n-- two\nselect 'There is not enough.', 'ok', {# why #} 1\n"), [
    "one\ntwo",
    "why",
    "There is not enough.",
  ]);
  const ts = `// One\n// goes on.\nconst a = /"/; /** Two. */ const b = "three words and four"; f(\`a \${x} b c\`, "no");\n`;
  assert.deepEqual(texts("a.ts", ts), ["One\ngoes on.", "Two.", "three words and four", "a code b c"]);
  assert.throws(() => proseIn("a.py", ""), /a\.py/);
});
