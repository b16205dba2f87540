import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runDbt, targetFolder, varsFlags } from "../command.ts";
import { makeRawWarehouse } from "../raw-warehouse.ts";
import { smallWorkspace } from "../small-workspace.ts";

/** Of models, tests of data and unit tests. */
const build = ["build", "--threads", "1", "--select", "+conversation_tags", "+teams"];

const withoutUnitTests = [...build, "--exclude-resource-type", "unit_test"];
const model = ["intercom_warehouse", "companies"];

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
    const debugging = ["--log-level", "debug", ...withoutUnitTests];
    const plain = await recordOf("plain-debug", { TEST_DBT_SHORTCUTS: "none" }, debugging);
    const quick = await recordOf("quick-debug", {}, debugging);
    assert.ok(plain.output.includes("On model.intercom_warehouse."), plain.output);
    assert.deepEqual(quick.output.split("\n").length, plain.output.split("\n").length);
    assert.deepEqual(differing(quick.statements, plain.statements), []);
  });

  it("knows of a project with variables what dbt does that parses all files", async () => {
    // Both are named in models and macros, and have models refer to another one.
    const vars = { topics_relation: model, accounts_relation: model };
    const plain = await parsedNodes(["--no-partial-parse", ...varsFlags(vars)]);
    const quick = await parsedNodes(varsFlags(vars));
    assert.deepEqual(differing(quick, plain), []);
    assert.notDeepEqual(differing(quick, await parsedNodes([])), []);
  });

  it("knows of a variable that a .yml names", async () => {
    const nodes = Object.entries(await parsedNodes(varsFlags({ raw_dataset: "elsewhere" })));
    const sources = nodes.filter(([name]) => name.startsWith("sources source.intercom_warehouse.intercom_raw."));
    assert.ok(sources.length > 20, `${sources.length} sources`);
    for (const [name, text] of sources) assert.match(text, /schema: "elsewhere"/, name);
  });

  async function parsedNodes(flags: readonly string[]) {
    const work = join(folder, "parsed");
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(work, "warehouse.duckdb") };
    const { exitCode, output } = await runDbt(["parse", ...flags], work, environment, { isRecorded: true });
    assert.equal(exitCode, 0, output);
    const manifest = JSON.parse(await readFile(join(targetFolder(work), "manifest.json"), "utf8"));
    const { metadata: _, ...parts } = manifest;
    const nodes = Object.entries(parts).flatMap(([part, entries]) =>
      Object.entries(Object(entries)).map(([id, node]) => [`${part} ${id}`, inOneOrder(node)] as const),
    );
    return Object.fromEntries(nodes);
  }

  async function recordOf(name: string, environment: Readonly<Record<string, string>>, commandLine = build) {
    const work = join(folder, name);
    await mkdir(work);
    await copyFile(join(folder, "raw.duckdb"), join(work, "warehouse.duckdb"));
    const { exitCode, output } = await runDbt(commandLine, work, {
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

/** A value as text, without when dbt parsed it, and with what it lists in the order of its text: dbt lists some as it finds them. */
function inOneOrder(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inOneOrder).sort().join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const kept = Object.entries(value).filter(([name]) => name !== "created_at");
  return `{${kept
    .map(([name, inner]) => `${name}: ${inOneOrder(inner)}`)
    .sort()
    .join()}}`;
}

/** The names of files whose statement (or of nodes whose text) is another, or that one of them lacks. */
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
