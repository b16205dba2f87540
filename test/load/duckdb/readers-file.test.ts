import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { removeSnapshot } from "../../../loader/load/duckdb/readers-file.ts";
import { withDuckDb } from "../../tools/duckdb-file.ts";
import { loader } from "../../tools/loader-process.ts";
import { repository } from "../../tools/repository.ts";

import { commentsOf, conversationsIn, filesBeside, handMade, tablesOf } from "./readers.ts";

test("a file that a killed run left, or another user may not read, is no obstacle and no leak", async (context) => {
  const { path, output, run } = await handMade(context);
  chmodSync(path, 0o600);
  for (const suffix of ["new", "new.wal"]) {
    writeFileSync(`${output}.2147483646.${suffix}`, "half a file");
    utimesSync(`${output}.2147483646.${suffix}`, 1, 1);
  }
  writeFileSync(`${output}.wal`, "the log of a reader that wrote");
  assert.equal((await run()).exitCode, 0);
  assert.deepEqual(await tablesOf(output), ["intercom.conversations", "main.snapshot"]);
  assert.equal(statSync(output).mode & 0o777, 0o600);
  assert.deepEqual(filesBeside(output), ["made-marts.duckdb", "made.duckdb"]);
});

test("the warehouse under another name, and what is no snapshot, stay as they are", async (context) => {
  const { folder, path } = await handMade(context);
  symlinkSync(folder, join(folder, "link"));
  symlinkSync(path, join(folder, "linked.duckdb"));
  const foreign = join(folder, "foreign.duckdb");
  await withDuckDb(foreign, (connection) => connection.run("create table payroll as select 1 as salary"));
  writeFileSync(join(folder, "notes.duckdb"), "Buy milk");
  mkdirSync(join(folder, "folder.duckdb"));
  const before = readFileSync(path);
  for (const [warehouse, marts, message] of [
    ["made.duckdb", "link/made.duckdb", /is the warehouse itself/],
    ["linked.duckdb", "made.duckdb", /is the warehouse itself/],
    ["made.duckdb", "linked.duckdb", /is the warehouse itself/],
    [
      "made.duckdb",
      "foreign.duckdb",
      /foreign\.duckdb is no snapshot of this project, and stays as it is: move it away/,
    ],
    ["made.duckdb", "notes.duckdb", /notes\.duckdb is no snapshot of this project/],
    ["made.duckdb", "folder.duckdb", /folder\.duckdb is a folder/],
    [
      "made.duckdb",
      "../../../../../../../../dev/null",
      /DUCKDB_MARTS_PATH must be off, or the path of a file that ends in \.duckdb/,
    ],
  ] as const) {
    const environment = {
      DUCKDB_PATH: join(folder, warehouse),
      DUCKDB_MARTS_PATH: join(folder, marts),
      STATE_DIR: folder,
    };
    const ended = await loader(["snapshot"], environment);
    assert.equal(ended.exitCode, 2, marts);
    assert.match(ended.stderr, message);
  }
  assert.ok(readFileSync(path).equals(before));
  assert.equal(readFileSync(join(folder, "notes.duckdb"), "utf8"), "Buy milk");
  assert.deepEqual(await tablesOf(foreign), ["main.payroll"]);
});

test("a purge says so when the snapshot is open for writing, and leaves what is none", async (context) => {
  const { folder, path, output, run } = await handMade(context);
  assert.equal((await run()).exitCode, 0);
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", holding(output)], { cwd: repository });
  context.after(() => holder.kill("SIGKILL"));
  await once(holder.stdout, "data");
  const left = await removeSnapshot(output, path);
  assert.match(
    left?.message ?? "",
    /may hold what was purged, and is open for writing in another program: close it there, and remove/,
  );
  const notes = join(folder, "notes.duckdb");
  writeFileSync(notes, "Buy milk");
  assert.equal(await removeSnapshot(notes, path), undefined);
  assert.equal(readFileSync(notes, "utf8"), "Buy milk");
});

/** A program that opens a DuckDB file to write, says so, and waits. */
function holding(path: string): string {
  return `
    import { DuckDBInstance } from "@duckdb/node-api";
    const instance = await DuckDBInstance.create(${JSON.stringify(path)});
    console.log("open");
    process.stdin.resume();
    process.stdin.on("end", () => instance.closeSync());`;
}

test("a link to a snapshot stays a link, and descriptions alone make a new one", async (context) => {
  const { folder, path, output, run } = await handMade(context);
  assert.equal((await run()).exitCode, 0);
  symlinkSync(output, join(folder, "readers.duckdb"));
  await withDuckDb(path, (connection) => connection.run("comment on table intercom.conversations is 'All of them'"));
  const environment = { DUCKDB_PATH: path, DUCKDB_MARTS_PATH: join(folder, "readers.duckdb"), STATE_DIR: folder };
  assert.match((await loader(["snapshot"], environment)).stdout, /1 marts for readers/);
  assert.deepEqual(await commentsOf(output), [["conversations", "", "All of them"]]);
});

test("snapshots at the same time are all whole, and the last one stays", async (context) => {
  const { output, run } = await handMade(context);
  const ended = await Promise.all([run(), run(), run()]);
  assert.deepEqual(
    ended.map(({ exitCode }) => exitCode),
    [0, 0, 0],
    ended.map(({ stderr }) => stderr).join(""),
  );
  assert.deepEqual(await tablesOf(output), ["intercom.conversations", "main.snapshot"]);
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
    /made-marts\.duckdb can't be written: the disk is full\. Free some space, .* An earlier file stays\./,
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
    /DUCKDB_MARTS_PATH \(.*made\.duckdb\) is the warehouse itself/,
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
