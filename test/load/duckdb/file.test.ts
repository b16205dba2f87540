// The file around the rows: its format, its holder, and what killed processes left beside it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { ConfigError, WarehouseError } from "../../../loader/errors.ts";
import { overflowFolder } from "../../../loader/load/duckdb/overflow.ts";
import { DuckDbWarehouse } from "../../../loader/load/duckdb/warehouse.ts";
import { Spool } from "../../../loader/load/spool.ts";
import { readDuckDb } from "../../tools/duckdb-file.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { repository } from "../../tools/repository.ts";
import { commit, scalars, second, text, workspaceId } from "./setting.ts";

test("a table of an older version gets its missing columns", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "old.duckdb");
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run("create schema intercom_raw");
  await connection.run("create table intercom_raw.tags (id varchar, payload json)");
  connection.closeSync();
  instance.closeSync();
  const warehouse = await DuckDbWarehouse.open({ path, rawDataset: "intercom_raw", stateDirectory: folder });
  await warehouse.prepare();
  assert.equal(await warehouse.countLive(workspaceId, "tags"), 0);
  await warehouse.close();
});

for (const format of ["v1.0.0", "v1.5.0"])
  test(`payloads are stored as zstd, also in a file that has DuckDB's format ${format}`, async (context) => {
    const folder = temporaryFolder(context);
    const path = join(folder, "w.duckdb");
    const instance = await DuckDBInstance.create(path, { storage_compatibility_version: format });
    instance.closeSync();
    const warehouse = await DuckDbWarehouse.open({ path, rawDataset: "intercom_raw", stateDirectory: folder });
    await warehouse.prepare();
    const spool = await Spool.open(folder, { workspaceId, runId: "run", loadedAt: text(second) });
    const load = spool.begin(second * 1000);
    for (let number = 0; number < 200; number += 1) {
      const id = String(number);
      await load.add("tags", { id, payload: { id, text: "Grüße 😀 ".repeat(100) } }, second);
    }
    await commit({ folder, path, warehouse, spool }, load, { stream: "tags" });
    await warehouse.close();
    await readDuckDb(path, async (connection) => {
      const compressions = await scalars(
        connection,
        "select distinct compression from pragma_storage_info('intercom_raw.tags') where column_name = 'payload' and segment_type = 'JSON'",
      );
      assert.deepEqual(compressions, [["ZSTD"]]);
      const contents = await scalars(
        connection,
        "select count(*), count(distinct payload->>'id'), min(length(payload->>'text')) from intercom_raw.tags",
      );
      assert.deepEqual(contents, [["200", "200", "800"]]);
    });
  });

test("a file that another process holds is refused with that process's id", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "held.duckdb");
  const script = `import { DuckDBInstance } from "@duckdb/node-api"; await DuckDBInstance.create(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1000);`;
  const holder = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
    cwd: repository,
  });
  context.after(() => holder.kill("SIGKILL"));
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  const opening = DuckDbWarehouse.open({ path, rawDataset: "intercom_raw", stateDirectory: folder });
  await assert.rejects(
    opening,
    (error) => error instanceof ConfigError && error.message.includes(`process ${holder.pid}`),
  );
});

test("a process that holds the file removes the overflow of the same file, and of processes that are over for certain", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "w.duckdb");
  const folders = async (file: string): Promise<string> => basename(await overflowFolder(folder, file));
  const ofFile = await folders(path);
  const ofOther = await folders(join(folder, "other.duckdb"));
  const [, , , place = ""] = ofOther.split("-");
  const elsewhere = (name: string): string => name.replace(place, "0".repeat(12));
  const gone = [ofFile, elsewhere(ofFile), ofOther.replace(`-${process.pid}-`, `-${2 ** 30}-`)];
  const kept = [ofOther, elsewhere(ofOther), `duckdb-overflow-${2 ** 30}-of-an-older-version`];
  for (const name of [...gone, ...kept]) mkdirSync(join(folder, name));
  const warehouse = await DuckDbWarehouse.open({ path, rawDataset: "intercom_raw", stateDirectory: folder });
  await warehouse.close();
  const left = readdirSync(folder).filter((name) => name.startsWith("duckdb-overflow-"));
  assert.deepEqual(left.toSorted(), kept.toSorted());
});

test("a file that is not DuckDB's is left alone", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "notes.txt");
  writeFileSync(path, "a page of notes");
  const open = (at: string) => DuckDbWarehouse.open({ path: at, rawDataset: "intercom_raw", stateDirectory: folder });
  await assert.rejects(open(path), (error) => error instanceof ConfigError && /not a DuckDB file/.test(error.message));
  mkdirSync(join(folder, "directory"));
  await assert.rejects(
    open(join(folder, "directory")),
    (error) => error instanceof ConfigError && /is a folder/.test(error.message),
  );
  await assert.rejects(
    open(join(path, "below.duckdb")),
    (error) => error instanceof WarehouseError && /DUCKDB_PATH/.test(error.message),
  );
});
