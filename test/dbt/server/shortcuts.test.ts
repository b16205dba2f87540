import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runDbt, targetFolder } from "../command.ts";
import { makeRawWarehouse } from "../raw-warehouse.ts";
import { smallWorkspace } from "../small-workspace.ts";

const build = [
  "build",
  "--exclude-resource-type",
  "unit_test",
  "--threads",
  "1",
  "--select",
  "+conversation_tags",
  "+teams",
];

/** Without a server, both runs are dbt as it is. */
describe("the dbt of tests", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "shortcuts-"));
    await makeRawWarehouse(join(folder, "raw.duckdb"), smallWorkspace);
  });

  after(() => rm(folder, { recursive: true }));

  it("says, and asks the warehouse, what dbt does without shortcuts", async () => {
    const plain = await recordOf("plain", { TEST_DBT_SHORTCUTS: "none" });
    const quick = await recordOf("quick", {});
    assert.match(plain.output, /Done\. PASS=\d+/);
    assert.deepEqual(linesOf(quick.output), linesOf(plain.output));
    assert.deepEqual(differing(quick.statements, plain.statements), []);
    assert.equal(quick.exitCode, plain.exitCode);
  });

  it("with all messages of debugging, says what dbt does without shortcuts", async () => {
    const plain = await recordOf("plain-debug", { TEST_DBT_SHORTCUTS: "none" }, ["--log-level", "debug"]);
    const quick = await recordOf("quick-debug", {}, ["--log-level", "debug"]);
    assert.ok(plain.output.includes("On model.intercom_warehouse."), plain.output);
    assert.deepEqual(quick.output.split("\n").length, plain.output.split("\n").length);
    assert.deepEqual(differing(quick.statements, plain.statements), []);
  });

  async function recordOf(name: string, environment: Readonly<Record<string, string>>, flags: readonly string[] = []) {
    const work = join(folder, name);
    await mkdir(work);
    await copyFile(join(folder, "raw.duckdb"), join(work, "warehouse.duckdb"));
    const { exitCode, output } = await runDbt([...flags, ...build], work, {
      ...environment,
      DUCKDB_PATH: join(work, "warehouse.duckdb"),
    });
    return {
      exitCode,
      output: withoutTimes(output).replaceAll(work, ""),
      statements: await statementsIn(targetFolder(work)),
    };
  }
});

/** The names of files whose statement is another, or that one of them lacks. */
function differing(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): string[] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  assert.ok(names.size > 50, `${names.size} statements`);
  return [...names].filter((name) => left[name] !== right[name]);
}

/** In the order of their text: dbt takes steps that are ready in any order. */
function linesOf(output: string): string[] {
  return output
    .split("\n")
    .map((line) => line.replace(/^ *\d+ of (?=\d+ )/, ""))
    .sort();
}

/** What dbt wrote, without times and durations. */
function withoutTimes(text: string): string {
  return text.replaceAll(/\d\d:\d\d:\d\d(\.\d+)?/g, "").replaceAll(/\d+\.\d+(s| seconds)/g, "");
}

/** Compiled statements by file; times of the run are not compared. */
async function statementsIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".sql"));
  const texts = files.map(async ({ parentPath, name }) => {
    const text = await readFile(join(parentPath, name), "utf8");
    return [join(parentPath, name).slice(folder.length), text.replaceAll(/run \d+|\d{13}/g, "")] as const;
  });
  return Object.fromEntries((await Promise.all(texts)).sort(([left], [right]) => (left < right ? -1 : 1)));
}
