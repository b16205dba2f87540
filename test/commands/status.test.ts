// `status` and `doctor` look, and leave everything as it is: also where there is nothing, and where they may not write.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { setUpDesk } from "../load/bigquery/desk.ts";
import { addConversation, commit, second, setUp, text } from "../load/duckdb/setting.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { repository } from "../tools/repository.ts";

delete process.env["BIGQUERY_EMULATOR_HOST"];

const nobody = 65_534;
const onlyForRoot = process.getuid?.() === 0 ? false : "only root can be somebody else";

type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };

async function loader(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  isNobody = false,
): Promise<Ended> {
  const child = spawn(process.execPath, ["loader/cli.ts", ...args], {
    cwd: repository,
    env: { PATH: process.env["PATH"], DBT: "true", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...(isNobody ? { uid: nobody, gid: nobody } : {}),
  });
  const ended = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (words: string) => (ended.stdout += words));
  child.stderr.setEncoding("utf8").on("data", (words: string) => (ended.stderr += words));
  const exitCode = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { exitCode, ...ended };
}

const environmentOf = (path: string, stateDirectory = dirname(path)): Record<string, string> => ({
  DUCKDB_PATH: path,
  STATE_DIR: stateDirectory,
});

/** A file with a load in it, closed. Returns its path. */
async function makeWarehouse(context: TestContext): Promise<string> {
  const setting = await setUp(context);
  const load = setting.spool.begin(second * 1000);
  await addConversation(load, "1", second, second + 5);
  const window = { range_from: text(second), window_from: text(second), window_to: text(second + 9) };
  await commit(setting, load, { stream: "conversations", ...window, settled_to: text(second + 9) });
  await setting.spool.remove();
  await setting.warehouse.close();
  return setting.path;
}

/** Adds a load to the file by a process that is killed before it moves its log into the file. */
function leaveLog(path: string): void {
  const script = `
    import { DuckDBInstance } from "@duckdb/node-api";
    const instance = await DuckDBInstance.create(${JSON.stringify(path)}, { wal_autocheckpoint: "1TB" });
    const connection = await instance.connect();
    await connection.run("insert into intercom_raw._loads select * replace ('late' as _load_id) from intercom_raw._loads");
    process.kill(process.pid, "SIGKILL");`;
  spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: repository });
  assert.ok(statSync(`${path}.wal`).size > 0);
}

/** Everything under a folder, with its content. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  return Object.fromEntries(
    files.map((name) => {
      const path = join(folder, name);
      return [name, statSync(path).isDirectory() ? "" : readFileSync(path).toString("latin1")];
    }),
  );
}

test("where nothing has been synced, status says so and doctor looks on, and neither makes anything", async (context) => {
  const intercom = await startedFor(context, { conversations: 1 });
  const folder = temporaryFolder(context);
  const environment = {
    ...environmentOf(join(folder, "new", "w.duckdb"), join(folder, "state")),
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
  };
  const status = await loader(["status"], environment);
  assert.deepEqual(status, { exitCode: 0, stdout: "Nothing has been synced yet: run `make sync`.\n", stderr: "" });
  const json = await loader(["status", "--json"], environment);
  assert.deepEqual(JSON.parse(json.stdout), { streams: [], last_run: null });
  const doctor = await loader(["doctor"], environment);
  assert.match(doctor.stdout, /DuckDB file: .* does not exist yet/);
  assert.match(doctor.stdout, /ok +disk of STATE_DIR: .*which the first run makes/);
  assert.deepEqual(readdirSync(folder), []);
});

for (const [name, make] of [
  ["is empty", (path: string) => writeFileSync(path, "")],
  ["was never finished", (path: string) => truncateSync(path, 5000)],
] as const)
  test(`of a file that ${name}, status says that nothing has been synced, and leaves it`, async (context) => {
    const path = await makeWarehouse(context);
    make(path);
    const before = contentOf(dirname(path));
    const { exitCode, stdout } = await loader(["status"], environmentOf(path));
    assert.match(stdout, /^Nothing has been synced yet/);
    assert.equal(exitCode, 0);
    assert.deepEqual(contentOf(dirname(path)), before);
  });

test("of a DuckDB file without the loader's tables, status says that nothing has been synced, and makes none", async (context) => {
  const path = join(temporaryFolder(context), "w.duckdb");
  await withDuckDb(path, async (connection) => {
    await connection.run("create table unrelated (id varchar)");
  });
  const before = contentOf(dirname(path));
  assert.match((await loader(["status"], environmentOf(path))).stdout, /^Nothing has been synced yet/);
  assert.deepEqual(contentOf(dirname(path)), before);
});

test("status and doctor read a file that they may not write, in a folder that they may not write, with a log beside it", {
  skip: onlyForRoot,
}, async (context) => {
  const path = await makeWarehouse(context);
  leaveLog(path);
  const folder = dirname(path);
  for (const name of [path, `${path}.wal`]) chmodSync(name, 0o444);
  chmodSync(dirname(folder), 0o755);
  chmodSync(folder, 0o555);
  const before = contentOf(folder);
  const status = await loader(["status", "--json"], environmentOf(path), true);
  assert.equal(status.exitCode, 0, status.stderr);
  assert.deepEqual(
    JSON.parse(status.stdout).streams.map((each: { stream: string; rows: number; cursor: number }) => [
      each.stream,
      each.rows,
      each.cursor,
    ]),
    [["conversations", 2, second + 9]],
  );
  const intercom = await startedFor(context, { conversations: 1 });
  const environment = { INTERCOM_BASE_URL: intercom.url, INTERCOM_ACCESS_TOKEN: intercom.token };
  const doctor = await loader(["doctor"], { ...environment, ...environmentOf(path) }, true);
  assert.match(
    doctor.stdout,
    /warning DuckDB file: .* opens, but this user may only read it: `status` and `export` work/,
  );
  assert.doesNotMatch(doctor.stdout, /dbt/);
  assert.deepEqual(contentOf(folder), before);
});

test("while a run holds the file, status ends with 2 and says which", async (context) => {
  const { path, folder } = await setUp(context);
  const { exitCode, stderr, stdout } = await loader(["status"], environmentOf(path, folder));
  assert.equal(exitCode, 2);
  assert.match(stderr, new RegExp(`^loader: .*w.*is held by run run \\(process ${process.pid}, since .*: wait`));
  assert.equal(stdout, "");
});

test("a damaged file is said to be damaged by status and by doctor, with exit code 5", async (context) => {
  const path = await makeWarehouse(context);
  const content = readFileSync(path);
  writeFileSync(path, content.fill(0xff, 12_288));
  const status = await loader(["status"], environmentOf(path));
  assert.equal(status.exitCode, 5);
  assert.match(status.stderr, /^loader: .* is damaged: .*make sync/);
  const intercom = await startedFor(context, { conversations: 1 });
  const environment = { INTERCOM_BASE_URL: intercom.url, INTERCOM_ACCESS_TOKEN: intercom.token };
  const doctor = await loader(["doctor"], { ...environment, ...environmentOf(path) });
  assert.match(doctor.stdout, /FAILED {2}DuckDB file: .* is damaged/);
});

test("a table of loads of an older version is read: what it lacks is null", async (context) => {
  const path = await makeWarehouse(context);
  await withDuckDb(path, async (connection) => {
    for (const column of ["settled_to", "range_from", "rejected_count", "unseen_count"])
      await connection.run(`alter table intercom_raw._loads drop column ${column}`);
    await connection.run("drop table intercom_raw._activations");
  });
  const { exitCode, stdout, stderr } = await loader(["status", "--json"], environmentOf(path));
  assert.equal(exitCode, 0, stderr);
  const [stream] = JSON.parse(stdout).streams;
  assert.deepEqual([stream.stream, stream.rows, stream.rejected], ["conversations", 1, 0]);
});

const bigQueryEnvironment = (fake: FakeBigQuery, folder: string): Record<string, string> => ({
  WAREHOUSE: "bigquery",
  BIGQUERY_PROJECT: "test",
  BIGQUERY_EMULATOR_HOST: fake.url,
  RAW_DATASET: "raw",
  STATE_DIR: join(folder, "state"),
});

test("in BigQuery, status makes no dataset, no table and no lock", async (context) => {
  const fake = await FakeBigQuery.start({ isWithSql: true });
  context.after(() => fake.close());
  const folder = temporaryFolder(context);
  for (const location of [undefined, "US"]) {
    fake.datasetLocation = location;
    const { exitCode, stdout, stderr } = await loader(["status"], bigQueryEnvironment(fake, folder));
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.match(stdout, /^Nothing has been synced yet/);
    assert.deepEqual([fake.datasetLocation, fake.tables.size], [location, 0]);
  }
  assert.equal(existsSync(join(folder, "state")), false);
});

test("in BigQuery, status reads beside a run that holds the lock, and a table that lacks columns", async (context) => {
  const fake = await FakeBigQuery.start({ isWithSql: true });
  context.after(() => fake.close());
  const desk = await setUpDesk(context, fake.url, { dataset: "raw", isRun: true, runId: "run-1" });
  const load = desk.spool.begin(desk.clock.nowMs());
  await addConversation(load, "1", second, second + 5);
  await desk.warehouse.commit(load.finish([{ stream: "conversations", row_count: 1, rejected_count: 0 }]));
  await desk.warehouse.storedThreads("w1", "conversations", { from: 0, to: second });
  const lock = fake.tables.get("_lock")?.etag;
  const table = fake.tables.get("_loads") ?? assert.fail();
  for (const lacking of [[], ["settled_to", "rejected_count", "unseen_count"]]) {
    const fields = Object(table.metadata["schema"]).fields.filter(
      ({ name }: { name: string }) => !lacking.includes(name),
    );
    table.metadata = { ...table.metadata, schema: { fields } };
    const { stdout, stderr, exitCode } = await loader(["status", "--json"], bigQueryEnvironment(fake, desk.folder));
    assert.equal(exitCode, 0, stderr);
    assert.equal(JSON.parse(stdout).streams[0].rows, 1);
  }
  const query = fake.queries.at(-1) ?? "";
  assert.match(query, /select \*,.* cast\(null as INTEGER\) as rejected_count/);
  assert.match(query, /select \*,.* cast\(null as TIMESTAMP\) as settled_to/);
  assert.equal(fake.tables.get("_lock")?.etag, lock, "the lock is as it was");
  await desk.warehouse.close();
});
