import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { setUp, visit } from "./visit.ts";

test("of DuckDB the file is opened if it is there, and the room on its disk is told", async (context) => {
  const { environment } = await setUp(context);
  const folder = temporaryFolder(context);
  const path = join(folder, "warehouse.duckdb");
  const duckDb = { ...environment, WAREHOUSE: "duckdb", DUCKDB_PATH: path, STATE_DIR: folder };
  assert.match((await visit(duckDb)).of("DuckDB file"), /does not exist yet/);
  const warehouse = await DuckDbWarehouse.open({ path, rawDataset: "raw", stateDirectory: folder });
  await warehouse.prepare();
  await warehouse.close();
  const { of } = await visit(duckDb);
  assert.match(of("DuckDB file"), /^ok .* opens/);
  assert.match(of("disk of STATE_DIR"), /GB are free/);
  assert.match(of("dbt connection"), /^ok/);
});

test("a folder that can't be written to is named with the variable that names it", async (context) => {
  const { environment } = await setUp(context);
  const folder = temporaryFolder(context);
  const file = join(folder, "file");
  writeFileSync(file, "");
  const duckDb = { ...environment, WAREHOUSE: "duckdb", DUCKDB_PATH: join(folder, "w.duckdb"), STATE_DIR: folder };
  const state = await visit({ ...duckDb, STATE_DIR: file });
  assert.equal(
    state.of("disk of STATE_DIR"),
    `FAILED  disk of STATE_DIR: ${file} is not writable (ENOTDIR): point STATE_DIR at a folder that you can write to.`,
  );
  assert.equal(state.exitCode, 5);
  const path = await visit({ ...duckDb, DUCKDB_PATH: join(file, "w.duckdb") });
  assert.match(path.of("disk of the file"), /^FAILED .*point DUCKDB_PATH at a folder that you can write to\.$/);
});
