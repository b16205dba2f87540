// `_runs` has a row of each command that writes into the warehouse, and a row that cannot be written fails no command.

import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Command } from "commander";
import { flagsGiven, recorded } from "../../loader/commands/recorded.ts";
import { readConfig } from "../../loader/config.ts";
import { UnavailableError, WarehouseError } from "../../loader/errors.ts";
import type { RunRow } from "../../loader/load/run-row.ts";
import packageJson from "../../package.json" with { type: "json" };
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { loader } from "../tools/loader-process.ts";

delete process.env["BIGQUERY_EMULATOR_HOST"];

const fullOfPeople = "ann@example.com";

/** A made-up Intercom, and a warehouse in a folder of the test. */
async function setUp(context: TestContext) {
  const intercom = await startedFor(context, { conversations: 12, seed: 3 });
  const folder = temporaryFolder(context);
  const path = join(folder, "warehouse.duckdb");
  const environment: Record<string, string> = {
    INTERCOM_BASE_URL: intercom.url,
    INTERCOM_ACCESS_TOKEN: intercom.token,
    DUCKDB_PATH: path,
    STATE_DIR: join(folder, "state"),
  };
  return { intercom, folder, path, environment };
}

const runsIn = (path: string) =>
  withDuckDb(path, async (connection) =>
    (await connection.runAndReadAll("from intercom_raw._runs order by started_at")).getRowObjectsJson(),
  );

test("a row says how a command ended, what it stored, and by which versions; flags come without values", async (context) => {
  const { folder, path, environment } = await setUp(context);
  const archive = join(folder, "archive");
  assert.equal((await loader(["sync", "--archive", archive, "--since", "2026-01-01"], environment)).exitCode, 0);
  assert.equal((await loader(["purge", "--contact", fullOfPeople, "--json"], environment)).exitCode, 2);
  assert.equal((await loader(["sync"], { ...environment, INTERCOM_ACCESS_TOKEN: "revoked" })).exitCode, 3);
  const rows = await runsIn(path);
  assert.deepEqual(
    rows.map((row) => [row["command"], row["flags"], row["exit_code"], row["error_kind"], row["_workspace_id"]]),
    [
      ["sync", "--archive,--since", "0", null, "tally7x2"],
      ["purge", "--contact,--json", "2", "ConfigError", null],
      ["sync", "", "3", "RefusedError", null],
    ],
  );
  const [first] = rows;
  assert.ok(Number(first?.["row_count"]) > 100 && Number(first?.["request_count"]) > 20, JSON.stringify(first));
  assert.deepEqual([first?.["node_version"], first?.["loader_version"]], [process.versions.node, packageJson.version]);
  assert.ok(String(first?.["ended_at"]) > String(first?.["started_at"]));
  await withDuckDb(path, async (connection) => {
    const loads = await connection.runAndReadAll("select distinct run_id from intercom_raw._loads");
    assert.deepEqual(loads.getRows(), [[first?.["run_id"]]]);
  });
  assert.doesNotMatch(JSON.stringify(rows), /ann@|2026-01-01|revoked/);
});

test("a replay into an empty warehouse is recorded there; what only looks is not", async (context) => {
  const { folder, environment } = await setUp(context);
  const archive = join(folder, "archive");
  await loader(["sync", "--archive", archive], environment);
  const path = join(folder, "other.duckdb");
  const there = { ...environment, DUCKDB_PATH: path };
  assert.equal((await loader(["replay", archive], there)).exitCode, 0);
  for (const command of [["status"], ["purge", "--dry-run"]])
    assert.equal((await loader(command, there)).exitCode, 0, command.join(" "));
  const rows = await runsIn(path);
  assert.deepEqual(
    rows.map((row) => [row["command"], row["exit_code"], Number(row["row_count"]) > 100]),
    [["replay", "0", true]],
  );
});

test("a run that is refused makes no file, and a file without `_runs` gets none by a run that fails", async (context) => {
  const { path, environment } = await setUp(context);
  const refused = { ...environment, INTERCOM_ACCESS_TOKEN: "revoked" };
  assert.equal((await loader(["sync"], refused)).exitCode, 3);
  assert.equal(existsSync(path), false);
  await withDuckDb(path, async (connection) => {
    await connection.run("create table ours (id varchar)");
  });
  const ended = await loader(["sync"], refused);
  assert.equal(ended.exitCode, 3);
  assert.doesNotMatch(ended.stderr, /run_not_recorded/);
  await withDuckDb(path, async (connection) => {
    const tables = await connection.runAndReadAll("select table_name from duckdb_tables()");
    assert.deepEqual(tables.getRows(), [["ours"]]);
  });
});

test("in BigQuery a row is one load job, and its file is removed", async (context) => {
  const { environment, folder } = await setUp(context);
  const fake = await FakeBigQuery.start({ isWithSql: true });
  context.after(() => fake.close());
  const bigQuery = {
    ...environment,
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
  };
  assert.equal((await loader(["sync", "--streams", "tags"], bigQuery)).exitCode, 0);
  const jobs = fake.jobIds.length;
  assert.equal((await loader(["sync", "--streams", "tags"], bigQuery)).exitCode, 0);
  assert.equal(fake.jobIds.length, jobs + 2, "one of _loads, one of _runs");
  const rows = fake.rowsOf("_runs");
  assert.deepEqual(
    rows.map((row) => [row["command"], row["flags"], String(row["exit_code"]), row["_workspace_id"]]),
    [0, 1].map(() => ["sync", "--streams", "0", "tally7x2"]),
  );
  const left = readdirSync(join(folder, "state"), { recursive: true, encoding: "utf8" });
  assert.deepEqual(
    left.filter((name) => name.endsWith(".ndjson")),
    [],
  );
});

/** What a command in this process returns and logs while its row is stored by the given function. */
async function withStore(store: (row: RunRow) => Promise<void>, work: () => Promise<number>) {
  const logged: string[] = [];
  const effects = new SkippingClock().effects(
    () => 0.5,
    (event, fields) => logged.push(`${event} ${String(fields?.["error"])}`),
  );
  const config = readConfig({});
  const recording = { command: "sync", commandLine: new Command().version("9.9.9"), config, effects, store } as const;
  const ended = await recorded(recording, work).catch((error: unknown) => error);
  return { ended, logged };
}

test("a row that cannot be stored, or takes a minute, is logged, and the command ends as it would have", async () => {
  const refuses = (): Promise<void> => Promise.reject(new WarehouseError("no"));
  const hangs = (): Promise<void> => new Promise(() => undefined);
  for (const [store, log] of [
    [refuses, "run_not_recorded WarehouseError"],
    [hangs, "run_not_recorded Error"],
  ] as const) {
    assert.deepEqual(await withStore(store, async () => 6), { ended: 6, logged: [log] });
    const down = new UnavailableError("down");
    assert.deepEqual(await withStore(store, () => Promise.reject(down)), { ended: down, logged: [log] });
  }
});

test("a row has the code and the kind of the error that ended the command, and not its message", async () => {
  const rows: RunRow[] = [];
  const keep = async (row: RunRow): Promise<void> => void rows.push(row);
  await withStore(keep, () => Promise.reject(new UnavailableError(`no answer for ${fullOfPeople}`)));
  await withStore(keep, () => Promise.reject(new TypeError("a fault of ours")));
  assert.deepEqual(
    rows.map((row) => [row.exit_code, row.error_kind, row.loader_version]),
    [
      [4, "UnavailableError", "9.9.9"],
      [5, "TypeError", "9.9.9"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(rows), /ann@/);
});

test("flags are named as they are written, sorted, without those that have only their default", () => {
  const command = new Command().option("--since <time>").option("--no-people").option("--at-most <n>", "", "20");
  command.parse(["--since", fullOfPeople, "--no-people"], { from: "user" });
  assert.deepEqual(flagsGiven(command), ["--no-people", "--since"]);
});
