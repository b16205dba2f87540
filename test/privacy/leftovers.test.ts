import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { killedAtLine } from "../tools/killed-at-line.ts";
import { type Ended, loader } from "../tools/loader-process.ts";
import { repository } from "../tools/repository.ts";

const preload = `--import=${join(import.meta.dirname, "dying.ts")}`;

async function setUp(context: TestContext) {
  const fake = await startedFor(context, { world: new GeneratedWorld({ seed: 4, conversations: 60 }) });
  const folder = temporaryFolder(context);
  const state = join(folder, "state");
  const environment = {
    INTERCOM_BASE_URL: fake.url,
    INTERCOM_ACCESS_TOKEN: fake.token,
    POSTHOG_API_KEY: "phc_none",
    DUCKDB_PATH: join(folder, "warehouse.duckdb"),
    STATE_DIR: state,
  };
  const run = (args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> =>
    loader(args, { ...environment, ...more });
  const killed = async (args: readonly string[], more: NodeJS.ProcessEnv): Promise<void> => {
    const { exitCode, stderr } = await run(args, more);
    assert.equal(exitCode, null, `${args.join(" ")} was not killed: ${stderr}`);
  };
  const namesIn = (path: string): string[] => (existsSync(path) ? readdirSync(path).toSorted() : []);
  return { folder, state, path: environment.DUCKDB_PATH, run, killed, namesIn };
}

/** A warehouse with one mart. */
async function makeMart(path: string): Promise<void> {
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema if not exists intercom");
    await connection.run("create or replace table intercom.conversations as select 1 as conversation_id");
  });
}

const dying = (at: string): NodeJS.ProcessEnv => ({ NODE_OPTIONS: preload, DIE_AT: at });

test("the spool of a killed sync is removed by whatever command next writes, also by one that fetches nothing", async (context) => {
  const { state, run, killed, namesIn } = await setUp(context);
  for (const args of [["snapshot"], ["report"], ["activate", "posthog"], ["purge"], ["purge", "--dry-run"], ["sync"]]) {
    await killed(["sync", "--since", "2011-01-01", "--search-again"], killedAtLine('"load_committed"', 1));
    assert.equal(namesIn(join(state, "spool")).length, 1, args.join(" "));
    await run(args);
    assert.deepEqual(namesIn(join(state, "spool")), [], args.join(" "));
  }
});

test("the spool of a sync that is at work stays, whatever command starts beside it", async (context) => {
  const { state, run, namesIn } = await setUp(context);
  const spool = join(state, "spool", "run-1");
  mkdirSync(spool, { recursive: true });
  const { placeOfProcesses, processStartOf } = await import("../../loader/process-place.ts");
  const owner = { pid: process.pid, runId: "run-1", startedAt: "", place: await placeOfProcesses() };
  const processStart = await processStartOf(process.pid);
  writeFileSync(join(spool, "run.json"), JSON.stringify({ ...owner, processStart }));
  for (const args of [["snapshot"], ["report"], ["purge"]]) await run(args);
  assert.deepEqual(namesIn(join(state, "spool")), ["run-1"]);
});

const leftOf = (names: readonly string[], file: string): string[] =>
  names.filter((name) => name.startsWith(`${file}.`) && name.endsWith(".new"));

test("a half-written snapshot is removed by the next one", async (context) => {
  const { folder, path, run, killed, namesIn } = await setUp(context);
  await makeMart(path);
  await killed(["snapshot"], dying("marts\\.duckdb\\..*\\.new$"));
  assert.equal(leftOf(namesIn(folder), "marts.duckdb").length, 1);
  assert.equal((await run(["snapshot"])).exitCode, 0);
  assert.deepEqual(namesIn(folder), ["marts.duckdb", "warehouse.duckdb"]);
});

test("a half-written report is removed by the next one", async (context) => {
  const { folder, namesIn } = await setUp(context);
  assert.deepEqual(await emptyReport(folder, dying("page\\.html\\..*\\.new$")), [null, "SIGKILL"]);
  assert.equal(leftOf(namesIn(folder), "page.html").length, 1);
  assert.deepEqual(await emptyReport(folder, {}), [0, null]);
  assert.deepEqual(namesIn(folder), ["page.html"]);
});

/** The report of no marts, as the command writes it, in a process that dies at DIE_AT. */
function emptyReport(folder: string, environment: NodeJS.ProcessEnv) {
  const script = `
    import { writeReport } from "./loader/report/report.ts";
    await writeReport({ rows: async () => [], close: async () => undefined }, ${JSON.stringify(join(folder, "page.html"))}, { version: "1", madeAtMs: 0, hasPeople: true });`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: repository,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: "inherit",
  });
  return once(child, "close");
}

test("the last run's half-written summary, a killed purge's copy and a killed build's overflow go with the next sync", async (context) => {
  const { folder, state, path, run, killed, namesIn } = await setUp(context);
  await killed(["sync"], dying("last-run\\.json\\..*\\.new$"));
  assert.ok(namesIn(state).some((name) => /^last-run\.json\..+\.new$/.test(name)));
  const [id] = await withDuckDb(path, async (connection) =>
    (await connection.runAndReadAll("select id from intercom_raw.conversations limit 1")).getRows().flat(),
  );
  await killed(["purge", "--conversation", String(id)], dying("\\.purge$"));
  assert.ok(namesIn(folder).includes("warehouse.duckdb.purge"));
  await killedWhileItSpills(path);
  assert.notDeepEqual(namesIn(`${path}.tmp`), []);
  assert.equal((await run(["sync"])).exitCode, 0);
  assert.deepEqual(namesIn(state), ["last-run.json", "spool"]);
  assert.deepEqual(namesIn(join(state, "spool")), []);
  assert.deepEqual(
    namesIn(folder).filter((name) => name.startsWith("warehouse")),
    ["warehouse.duckdb"],
  );
});

/** A process that works in the file as a build does, and dies when memory has no room for what it makes. */
async function killedWhileItSpills(path: string): Promise<void> {
  const script = `
    import { existsSync, readdirSync } from "node:fs";
    import { DuckDBInstance } from "@duckdb/node-api";
    const path = ${JSON.stringify(path)};
    const instance = await DuckDBInstance.create(path, { memory_limit: "60MB", threads: "1" });
    const connection = await instance.connect();
    const folder = path + ".tmp";
    setInterval(() => { if (existsSync(folder) && readdirSync(folder).length > 0) process.kill(process.pid, "SIGKILL"); }, 1);
    await connection.run("create temp table t as select range, md5(range::varchar) from range(5000000)");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: repository,
    stdio: "inherit",
  });
  assert.deepEqual(await once(child, "close"), [null, "SIGKILL"]);
}
