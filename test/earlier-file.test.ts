import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { refuseEarlierFile } from "../loader/earlier-file.ts";
import { startedFor } from "./fake/intercom/started.ts";
import { readDuckDb, withDuckDb } from "./tools/duckdb-file.ts";
import { temporaryFolder } from "./tools/folder.ts";
import { type Ended, ended } from "./tools/loader-process.ts";
import { repository } from "./tools/repository.ts";

/** Runs the loader in a folder of its own: the default paths are relative to it. */
function loaderIn(folder: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [join(repository, "loader/cli.ts"), ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"], DBT: "true", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return ended(child);
}

/** A folder with a warehouse that an earlier version made. */
async function earlierWarehouse(context: TestContext): Promise<string> {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "data"));
  await withDuckDb(join(folder, "data/intercom.duckdb"), (connection) => connection.run("create schema intercom_raw"));
  return folder;
}

const keys = { INTERCOM_ACCESS_TOKEN: "token", POSTHOG_API_KEY: "phc_key", ATTIO_API_KEY: "key" };
const sentence =
  /^loader: Your warehouse is in data\/intercom\.duckdb, and the default file is data\/warehouse\.duckdb now: run `mv data\/intercom\.duckdb data\/warehouse\.duckdb` and `make build`, or set DUCKDB_PATH=data\/intercom\.duckdb\.\n$/;

test("where only the default file of earlier versions is there, each command stops with 2, says what to do and makes nothing", async (context) => {
  const folder = await earlierWarehouse(context);
  for (const args of [
    ["sync"],
    ["export"],
    ["status"],
    ["purge"],
    ["purge", "--dry-run"],
    ["activate", "posthog"],
    ["activate", "attio"],
  ]) {
    const { exitCode, stdout, stderr } = await loaderIn(folder, args, keys);
    assert.deepEqual([exitCode, stdout], [2, ""], args.join(" "));
    assert.match(stderr, sentence);
  }
  assert.equal(existsSync(join(folder, "data/warehouse.duckdb")), false);
});

test("the doctor says it as a check, and goes on", async (context) => {
  const folder = await earlierWarehouse(context);
  const { exitCode, stdout } = await loaderIn(folder, ["doctor"]);
  assert.equal(exitCode, 2);
  assert.match(stdout, /^FAILED {2}DuckDB file: Your warehouse is in data\/intercom\.duckdb/m);
  assert.match(stdout, /^ok +disk of STATE_DIR/m);
});

test("both ways out work: the path, and another name", async (context) => {
  const folder = await earlierWarehouse(context);
  const kept = await loaderIn(folder, ["status"], { DUCKDB_PATH: "data/intercom.duckdb" });
  assert.deepEqual([kept.exitCode, kept.stderr], [0, ""]);
  writeFileSync(join(folder, "data/warehouse.duckdb"), readFileSync(join(folder, "data/intercom.duckdb")));
  const renamed = await loaderIn(folder, ["status"]);
  assert.deepEqual([renamed.exitCode, renamed.stderr], [0, ""]);
});

test("a log beside the earlier file moves with it", async (context) => {
  const folder = await earlierWarehouse(context);
  writeFileSync(join(folder, "data/intercom.duckdb.wal"), "");
  const { stderr } = await loaderIn(folder, ["status"]);
  assert.match(stderr, /&& mv data\/intercom\.duckdb\.wal data\/warehouse\.duckdb\.wal` and `make build`/);
});

test("neither another warehouse nor a path that was set is refused for it", async (context) => {
  const folder = await earlierWarehouse(context);
  const before = process.cwd();
  process.chdir(folder);
  context.after(() => process.chdir(before));
  const duckDb = { warehouse: "duckdb", duckdbPath: "data/warehouse.duckdb", isDuckdbPathDefault: true } as const;
  assert.throws(() => refuseEarlierFile(duckDb), /Your warehouse is in/);
  refuseEarlierFile({ ...duckDb, isDuckdbPathDefault: false });
  refuseEarlierFile({ ...duckDb, warehouse: "bigquery" });
});

test("in a file of the default name tables are found by schema and name, as BI tools write them", async (context) => {
  const fake = await startedFor(context, { conversations: 3 });
  const folder = temporaryFolder(context);
  const environment = { INTERCOM_BASE_URL: fake.url, INTERCOM_ACCESS_TOKEN: fake.token };
  const { exitCode, stderr } = await loaderIn(folder, ["sync", "--streams", "conversations"], environment);
  assert.equal(exitCode, 0, stderr);
  const path = join(folder, "data/warehouse.duckdb");
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema intercom");
    await connection.run("create table intercom.conversations as select id from intercom_raw.conversations");
  });
  await readDuckDb(path, async (connection) => {
    for (const table of ["intercom.conversations", '"intercom"."conversations"', '"intercom_raw"."conversations"']) {
      const result = await connection.runAndReadAll(`select count(*) from ${table}`);
      assert.deepEqual(result.getRows(), [[3n]], table);
    }
  });
});
