import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { environmentGroups, variablesOf } from "../../loader/environment.ts";
import { loader } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";
import { generated, generatedReadme, page, readme } from "./configuration.ts";

const text = readFileSync(page, "utf8");

test("docs/configuration.md has the flags, variables and exit codes of the loader", () => {
  assert.equal(text, generated(text), "write its tables again: npx node test/project/configuration.ts");
});

test("the README's table of streams is the loader's: endpoint, permission and requests of each", () => {
  const front = readFileSync(readme, "utf8");
  assert.equal(front, generatedReadme(front), "write the table again: npx node test/project/configuration.ts");
  const changed = front.replace("| `POST /tickets/search", "| `GET /tickets");
  assert.notEqual(changed, generatedReadme(changed));
});

test("a flag, a variable or a default that differs is noticed", () => {
  for (const [word, other] of [
    ["--rate-share", "--rate-shares"],
    ["| 3600 |", "| 60 |"],
    ["| `STATE_DIR`", "| `STATE_FOLDER`"],
    ["data/warehouse.duckdb |", "data/intercom.duckdb |"],
  ] as const) {
    assert.ok(text.includes(word));
    const changed = text.replace(word, other);
    assert.notEqual(changed, generated(changed), word);
  }
});

test("a page without its markers is an error", () => {
  assert.throws(() => generated("# Configuration"), /lacks <!-- generated: flags -->/);
});

test("each variable says what it is for", () => {
  for (const { name, purpose } of environmentGroups.flatMap(variablesOf)) assert.ok(purpose.includes(" "), name);
});

test("--help of each command has each of its flags with the default, its variables and the exit codes", async () => {
  const sections = text.split("\n### ").filter((section) => /^`[a-z ]+`\n/.test(section));
  assert.equal(sections.length, 9);
  for (const section of sections) {
    const name = /^`([a-z ]+)`/.exec(section)?.[1] ?? "";
    const { exitCode, stdout } = await loader([...name.split(" "), "--help"], {});
    assert.equal(exitCode, 0);
    const words = stdout.replaceAll(/\s+/g, " ");
    for (const [, flags, purpose, value] of section.matchAll(/^\| `(-[^`]+)` \| (.+) \| (.+) \|$/gm))
      assert.ok(words.includes(`${flags} ${purpose} [${value}]`), `${name} ${flags}: ${words}`);
    for (const variable of ["DUCKDB_PATH", "NO_PROXY", "data/warehouse.duckdb"]) assert.ok(stdout.includes(variable));
    assert.match(stdout, /Exit codes:\n {2}0 +done/);
  }
});

test("dbt takes the warehouse from the same variables, with the same defaults", () => {
  const profiles = readFileSync(join(repository, "profiles.yml"), "utf8");
  const outputs = z.object({ intercom_warehouse: z.object({ outputs: z.record(z.string(), z.unknown()) }) });
  assert.deepEqual(Object.keys(outputs.parse(parse(profiles)).intercom_warehouse.outputs), ["duckdb", "bigquery"]);
  const known = new Map(environmentGroups.flatMap(variablesOf).map(({ name, without }) => [name, without]));
  for (const [, name = "", value = ""] of profiles.matchAll(/env_var\('([A-Z_]+)', '([^']*)'\)/g)) {
    assert.ok(known.has(name), `${name} is in profiles.yml, and not in loader/environment.ts`);
    if (value !== "" && value !== "no-project-given") assert.equal(value, known.get(name), name);
  }
});
