import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
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

test("a report that can't be put in its place leaves nothing behind", async () => {
  const marts: MartReader = { rows: async () => [], close: async () => undefined };
  const place = join(folder, "report.html");
  await mkdir(place);
  const options = { version: "1", madeAtMs: 0, hasPeople: true };
  await assert.rejects(writeReport(marts, place, options), /report\.html: .* Give another file by --output/);
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith(".tmp")),
    [],
  );
});
