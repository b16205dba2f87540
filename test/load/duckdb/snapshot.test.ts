import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, it, type TestContext, test } from "node:test";
import { differingTables } from "../../checker/same-tables.ts";
import { type FakeIntercom, startFakeIntercom } from "../../fake/intercom/server.ts";
import { DemoWarehouse } from "../../statistics/demo-warehouse.ts";
import { readDuckDb, withDuckDb } from "../../tools/duckdb-file.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { type Ended, loader } from "../../tools/loader-process.ts";

const models = ["+conversations", "+conversation_metrics", "+conversation_tags"];

/** Tests go on where the one before ended. */
describe("the snapshot for readers", () => {
  let fake: FakeIntercom;
  let warehouse: DemoWarehouse;
  let output: string;

  before(async () => {
    fake = await startFakeIntercom({ conversations: 60, seed: 3 });
    warehouse = await DemoWarehouse.create(fake);
    await warehouse.build(models);
    output = join(warehouse.folder, "marts.duckdb");
    assert.match((await snapshot()).stdout, /marts\.duckdb: 3 marts for readers, \d+ MB\.\n/);
  });

  after(async () => {
    await warehouse.remove();
    await fake.close();
  });

  function snapshot(...args: readonly string[]): Promise<Ended> {
    return loader(["snapshot", ...args], { DUCKDB_PATH: warehouse.path, STATE_DIR: warehouse.folder });
  }

  it("has the marts alone, as tables, with their rows and descriptions", async () => {
    assert.deepEqual(await tablesOf(output), [
      "intercom.conversation_metrics",
      "intercom.conversation_tags",
      "intercom.conversations",
      "main.snapshot",
    ]);
    const differing = await readDuckDb(output, (connection) =>
      differingTables(connection, warehouse.path, ["intercom"]),
    );
    assert.deepEqual(differing, []);
    const described = await commentsOf(output);
    assert.ok(described.length > 100, `${described.length} descriptions`);
    assert.deepEqual(described, await commentsOf(warehouse.path));
  });

  it("stays as it is when a build has found nothing new", async () => {
    const { ino } = statSync(output);
    await warehouse.buildAgain(models);
    assert.equal((await snapshot()).stdout, `${output} has today's marts already.\n`);
    assert.equal(statSync(output).ino, ino);
  });

  it("can be read at any time while syncs, builds and snapshots run, and holds none of them up", async () => {
    const reader = spawn(process.execPath, ["test/load/duckdb/snapshot-reader.ts", output], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface({ input: reader.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const counts = [await conversationsIn(warehouse.path)];
    for (const days of [30, 60]) {
      fake.world.advance(days * 86_400);
      await warehouse.build(models);
      assert.match((await snapshot()).stdout, /3 marts for readers/);
      counts.push(await conversationsIn(warehouse.path));
    }
    assert.equal(new Set(counts).size, 3);
    reader.stdin.end();
    const { reads, seen, kept } = JSON.parse((await lines.next()).value ?? "{}");
    assert.deepEqual(await once(reader, "close"), [0, null]);
    assert.ok(reads > 10, `${reads} reads`);
    assert.equal(kept, counts[0]);
    // It may have been too slow for the last one.
    assert.deepEqual(seen, counts.slice(0, seen.length));
    assert.ok(seen.length >= 2, String(seen));
    assert.equal(await conversationsIn(output), counts[2]);
  });

  it("is written as Parquet files on request", async () => {
    const folder = join(warehouse.folder, "parquet", "marts");
    assert.match((await snapshot("--parquet", folder)).stdout, /marts: 3 Parquet files\.\n$/);
    const files = ["conversation_metrics.parquet", "conversation_tags.parquet", "conversations.parquet"];
    assert.deepEqual(readdirSync(folder).toSorted(), files);
    const differing = await readDuckDb(output, async (connection) => {
      const rows = `from '${join(folder, "conversation_metrics.parquet")}'`;
      const mart = "from intercom.conversation_metrics";
      return (
        await connection.runAndReadAll(`(${rows} except all ${mart}) union all (${mart} except all ${rows})`)
      ).getRows();
    });
    assert.deepEqual(differing, []);
  });

  it("goes with a purge, because it has what was purged", async () => {
    const [id = ""] = fake.world.conversationIds();
    const environment = { DUCKDB_PATH: warehouse.path, STATE_DIR: warehouse.folder };
    const rehearsed = await loader(["purge", "--conversation", id, "--dry-run"], environment);
    assert.equal(rehearsed.exitCode, 0, rehearsed.stderr);
    assert.ok(existsSync(output));
    const purged = await loader(["purge", "--conversation", id], environment);
    assert.equal(purged.exitCode, 0, purged.stderr);
    assert.ok(!existsSync(output));
    await snapshot();
    const found = await readDuckDb(output, (connection) =>
      connection.runAndReadAll(`select * from intercom.conversations where conversation_id = '${id}'`),
    );
    assert.deepEqual(found.getRows(), []);
  });
});

test("a file that a killed run left, or another user may not read, is no obstacle and no leak", async (context) => {
  const { path, output, run } = await handMade(context);
  chmodSync(path, 0o600);
  writeFileSync(`${output}.new`, "half a file");
  writeFileSync(`${output}.wal`, "the log of a reader that wrote");
  assert.equal((await run()).exitCode, 0);
  assert.deepEqual(await tablesOf(output), ["intercom.conversations", "main.snapshot"]);
  assert.equal(statSync(output).mode & 0o777, 0o600);
  assert.deepEqual(filesBeside(output), ["made-marts.duckdb", "made.duckdb"]);
});

test("with a full disk the earlier snapshot stays", async (context) => {
  const { path, output, folder, run } = await handMade(context);
  assert.equal((await run()).exitCode, 0);
  const before = await conversationsIn(output);
  await withDuckDb(path, (connection) =>
    connection.run("insert into intercom.conversations select i, md5(i::varchar) from range(200_000) as t(i)"),
  );
  const full = await loader(
    ["snapshot"],
    { DUCKDB_PATH: path, STATE_DIR: folder },
    { shell: `trap '' XFSZ; ulimit -f 1000; exec "$@"` },
  );
  assert.equal(full.exitCode, 5, full.stderr);
  assert.match(
    full.stderr,
    /made-marts\.duckdb can't be written: the disk is full\. Free some space, .* The earlier file stays\./,
  );
  assert.equal(await conversationsIn(output), before);
  assert.deepEqual(filesBeside(output), ["made-marts.duckdb", "made.duckdb"]);
});

for (const [what, environment, exitCode, message] of [
  ["no warehouse", { DUCKDB_PATH: "none.duckdb" }, 2, /none\.duckdb does not exist: run `make sync build` first/],
  ["no marts", { MARTS_DATASET: "other" }, 5, /made\.duckdb has no marts in the schema other yet: run `make build`/],
  ["BigQuery", { WAREHOUSE: "bigquery", BIGQUERY_PROJECT: "p" }, 2, /A snapshot is for DuckDB only/],
  ["no wish for one", { DUCKDB_MARTS_PATH: "off" }, 2, /DUCKDB_MARTS_PATH is off/],
  [
    "the warehouse's own path",
    { DUCKDB_MARTS_PATH: "made.duckdb" },
    2,
    /DUCKDB_MARTS_PATH and DUCKDB_PATH are the same file/,
  ],
  [
    "the schema's name",
    { DUCKDB_MARTS_PATH: "intercom.duckdb" },
    2,
    /is named like the schema of the marts \(intercom\)/,
  ],
] as const)
  test(`a snapshot with ${what} ends with ${exitCode} and one sentence`, async (context) => {
    const { folder } = await handMade(context);
    const ended = await loader(["snapshot"], inFolder(folder, environment));
    assert.equal(ended.exitCode, exitCode, ended.stderr);
    assert.match(ended.stderr, message);
    assert.equal(ended.stderr.trim().split("\n").length, 1);
    assert.deepEqual(filesBeside(join(folder, "made.duckdb")), ["made.duckdb"]);
  });

for (const [what, environment] of [
  ["a warehouse", { DUCKDB_PATH: "none.duckdb" }],
  ["marts", { MARTS_DATASET: "other" }],
  ["a wish for a snapshot", { DUCKDB_MARTS_PATH: "off" }],
] as const)
  test(`after a build without ${what} there is nothing to do, and nothing to say`, async (context) => {
    const { folder } = await handMade(context);
    const ended = await loader(["snapshot", "--if-any"], inFolder(folder, environment));
    assert.deepEqual(ended, { exitCode: 0, stdout: "", stderr: "" });
    assert.deepEqual(filesBeside(join(folder, "made.duckdb")), ["made.duckdb"]);
  });

function inFolder(folder: string, environment: Readonly<Record<string, string>>): Record<string, string> {
  const paths = Object.entries({ DUCKDB_PATH: "made.duckdb", ...environment }).map(([name, value]) => [
    name,
    value.endsWith(".duckdb") ? join(folder, value) : value,
  ]);
  return { STATE_DIR: folder, ...Object.fromEntries(paths) };
}

/** A warehouse with one mart, made by hand: no build says what it was made of. */
async function handMade(context: TestContext) {
  const folder = temporaryFolder(context);
  const path = join(folder, "made.duckdb");
  await withDuckDb(path, async (connection) => {
    await connection.run("create schema intercom");
    await connection.run("create table intercom.conversations as select 1 as conversation_id, 'x' as title");
  });
  const run = () => loader(["snapshot"], { DUCKDB_PATH: path, STATE_DIR: folder });
  return { folder, path, output: join(folder, "made-marts.duckdb"), run };
}

function filesBeside(path: string): string[] {
  return readdirSync(join(path, ".."))
    .filter((name) => name.includes("duckdb"))
    .toSorted();
}

async function conversationsIn(path: string): Promise<number> {
  const counted = await readDuckDb(path, (connection) =>
    connection.runAndReadAll("select count(*)::integer from intercom.conversations"),
  );
  return Number(counted.getRows()[0]?.[0]);
}

async function tablesOf(path: string): Promise<string[]> {
  const tables = await readDuckDb(path, (connection) =>
    connection.runAndReadAll("select schema_name || '.' || table_name from duckdb_tables() order by 1"),
  );
  return tables.getRows().map(([name]) => String(name));
}

async function commentsOf(path: string): Promise<unknown[]> {
  const comments = await readDuckDb(path, (connection) =>
    connection.runAndReadAll(
      `select table_name, column_name, comment from duckdb_columns() where schema_name = 'intercom' and comment is not null
       union all select table_name, '', comment from duckdb_tables() where schema_name = 'intercom'
       union all select view_name, '', comment from duckdb_views() where schema_name = 'intercom' order by all`,
    ),
  );
  return comments.getRows();
}
