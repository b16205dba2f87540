import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { MartReader } from "../../loader/marts.ts";
import { writeReport } from "../../loader/report/report.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { loader } from "../tools/loader-process.ts";

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-command-"));
});

after(() => rm(folder, { recursive: true }));

test("without a warehouse, the report says to sync and build first", async () => {
  const { exitCode, stderr } = await loader(["report"], {
    DUCKDB_PATH: join(folder, "none.duckdb"),
    STATE_DIR: folder,
  });
  assert.equal(exitCode, 2);
  assert.match(stderr, /none\.duckdb does not exist: run `make sync build` first/);
});

test("before the first build, the report says which mart is missing", async () => {
  const path = join(folder, "raw.duckdb");
  await withDuckDb(path, (connection) => connection.run("create schema intercom_raw"));
  const { exitCode, stderr } = await loader(["report"], { DUCKDB_PATH: path, STATE_DIR: folder });
  assert.equal(exitCode, 5);
  assert.match(stderr, /raw\.duckdb has no table intercom\.data_as_of yet: run `make build`/);
});

const marts: MartReader = { rows: async () => [], close: async () => undefined };
const options = { version: "1", madeAtMs: 0, hasPeople: true };

test("a report replaces a report, and nothing else: a mistyped path costs no file", async () => {
  const place = join(folder, "page.html");
  assert.ok((await writeReport(marts, place, options)) > 1000);
  assert.ok((await writeReport(marts, place, options)) > 1000);
  const empty = join(folder, "empty.html");
  await writeFile(empty, "");
  assert.ok((await writeReport(marts, empty, options)) > 1000);
  const warehouse = join(folder, "warehouse.duckdb");
  await withDuckDb(warehouse, (connection) => connection.run("create table kept as select 1 as id"));
  const secret = join(folder, "token");
  await writeFile(secret, "secret");
  const page = join(folder, "other.html");
  await writeFile(page, "<!doctype html><title>Another page</title>");
  const directory = join(folder, "directory");
  await mkdir(directory);
  for (const other of [warehouse, secret, page, directory, "/dev/zero"]) {
    const before = await stat(other);
    await assert.rejects(
      writeReport(marts, other, options),
      /is no report, and would be replaced: .* Nothing was written/,
    );
    assert.deepEqual([(await stat(other)).ino, (await stat(other)).size], [before.ino, before.size]);
  }
});

test("a place that can't be is said, and leaves nothing behind", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  for (const place of [join(file, "x.html"), join(file, "x", "y.html"), `${folder}/${"long".repeat(80)}.html`, "a\0b"])
    await assert.rejects(
      writeReport(marts, place, options),
      /report can't be written to .* Give another file by --output/,
    );
  await assert.rejects(writeReport(marts, "", options), /--output names no file/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => /\.(?:tmp|new)$/.test(name)),
    [],
  );
});
