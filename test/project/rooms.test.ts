import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { temporaryFolder } from "../tools/folder.ts";
import { repository } from "../tools/repository.ts";
import { circlesIn, importsIn, importsOf } from "./imports.ts";
import { faultLines, faultOf } from "./rooms.ts";

test("each room of the loader imports its own files and the shared ones alone", () => {
  assert.deepEqual(faultLines(importsIn(join(repository, "loader"))), []);
});

test("no files of the loader import each other in a circle, types included", () => {
  assert.deepEqual(circlesIn(importsIn(join(repository, "loader"))), []);
});

// What follows shows that the two tests above would fail.

for (const [from, to, isType, pattern] of [
  ["extract/client.ts", "load/spool.ts", false, /its own files and the shared ones/],
  ["extract/client.ts", "load/spool.ts", true, /its own files and the shared ones/],
  ["doctor/intercom.ts", "extract/probe.ts", true, /its own files and the shared ones/],
  ["report/page.ts", "purge/report.ts", true, /its own files and the shared ones/],
  ["activate/outbox.ts", "load/duckdb/outbox.ts", false, /its own files and the shared ones/],
  ["load/duckdb/purge.ts", "purge/sql.ts", false, /types of a contract/],
  ["load/spool.ts", "purge/sql.ts", true, /its own files and the shared ones/],
  ["load/bigquery/warehouse.ts", "extract/rows.ts", true, /its own files and the shared ones/],
  ["purge/report.ts", "sync/summary.ts", false, /wires rooms together/],
  ["purge/report.ts", "sync.ts", true, /wires rooms together/],
  ["activate/deliver.ts", "commands/help.ts", false, /wires rooms together/],
  ["sync/run.ts", "commands/help.ts", true, /imports none/],
  ["sync.ts", "commands/help.ts", false, /imports none/],
  ["commands/sync.ts", "cli.ts", false, /nothing imports the command line/],
  ["json.ts", "load/spool.ts", true, /shared file imports no room/],
  ["json.ts", "sync/run.ts", true, /shared file imports no room/],
  ["json.ts", "sync.ts", false, /shared file imports no room/],
  ["attic/old.ts", "load/spool.ts", false, /attic\/ is no room/],
  ["load/spool.ts", "../test/tools/folder.ts", false, /outside/],
  ["commands/sync.ts", "../package.json", false, /outside/],
] as const) {
  test(`${from} may not import ${isType ? "a type of " : ""}${to}`, () => {
    assert.match(faultOf({ from, to, isType }) ?? "", pattern);
  });
}

for (const [from, to, isType] of [
  ["extract/client.ts", "extract/fast/thread.ts", false],
  ["load/duckdb/copy.ts", "load/spool.ts", false],
  ["load/duckdb/copy.ts", "errors.ts", false],
  ["load/bigquery/purge.ts", "purge/store.ts", true],
  ["load/bigquery/probe.ts", "doctor/bigquery.ts", true],
  ["load/duckdb/outbox.ts", "activate/outbox.ts", true],
  ["sync/run.ts", "load/warehouse.ts", true],
  ["sync.ts", "extract/routes.ts", false],
  ["sync/last-run.ts", "sync.ts", true],
  ["commands/doctor.ts", "doctor/doctor.ts", false],
  ["commands/sync.ts", "sync.ts", false],
  ["export.ts", "normalized-row.ts", false],
  ["cli.ts", "commands/sync.ts", false],
  ["cli.ts", "errors.ts", false],
  ["cli.ts", "../package.json", false],
] as const) {
  test(`${from} may import ${isType ? "a type of " : ""}${to}`, () => {
    assert.equal(faultOf({ from, to, isType }), undefined);
  });
}

for (const [source, isType] of [
  ['import { a } from "./b.ts"', false],
  ['import "./b.ts"', false],
  // The import itself stays when the program runs: only its names are types.
  ['import { type A } from "./b.ts"', false],
  ['import type { A } from "./b.ts"', true],
  ['export { a } from "./b.ts"', false],
  ['export * from "./b.ts"', false],
  ['export type { A } from "./b.ts"', true],
  ['const b = async () => await import("./b.ts")', false],
  ['export type A = import("./b.ts").A', true],
] as const) {
  test(`\`${source}\` is seen as an import${isType ? " of types" : ""}`, () => {
    assert.deepEqual(importsOf("x/a.ts", source), [{ from: "x/a.ts", to: "x/b.ts", isType }]);
  });
}

test("an import whose file is computed, and a file that does not parse, are errors", () => {
  assert.throws(() => importsOf("a.ts", 'export const b = (name: string) => import("./" + name)'), /computes/);
  assert.throws(() => importsOf("a.ts", "import {"), /does not parse/);
});

/** A tree of files in a folder that goes with the test. */
function planted(context: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder(context);
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  return folder;
}

test("a circle is found, also through types, a dynamic import and other folders, and its bystanders are not named", (context) => {
  const folder = planted(context, {
    "doctor/doctor.ts": 'export const dbt = () => import("./dbt.ts");',
    "doctor/dbt.ts": 'export * from "../shared.ts";',
    "shared.ts": 'import type { Check } from "./doctor/doctor.ts";',
    "bystander.ts": 'import "./shared.ts"; import "node:fs"; import "zod";',
    "itself.ts": 'import "./itself.ts";',
  });
  const imports = importsIn(folder);
  assert.deepEqual(circlesIn(imports), [["doctor/dbt.ts", "doctor/doctor.ts", "shared.ts"], ["itself.ts"]]);
  assert.deepEqual(faultLines(imports), ["shared.ts imports doctor/doctor.ts: a shared file imports no room"]);
});
