import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { Spool } from "../../loader/load/spool.ts";
import type { Warehouse } from "../../loader/load/warehouse.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { DoubleBackend } from "./bigquery/backend.ts";
import { addConversation, finished, isoTime, second, setUpDesk, workspaceId } from "./bigquery/desk.ts";

// Builds take in loads by the time at which they were written, so a load that is dated before another would be missed.

const dayMs = 86_400_000;
const earlierMs = second * 1000;

async function commit(warehouse: Warehouse, spool: Spool, loadedAtMs: number): Promise<void> {
  const load = spool.begin(loadedAtMs);
  await addConversation(load, "1", second, second + 5);
  await warehouse.commit(await finished(load, { stream: "conversations" }));
}

/** What an engine says of its newest load: before any, after a first run, and after a run with a clock that is two days behind. */
async function newestLoads(open: (runId: string) => Promise<{ warehouse: Warehouse; spool: Spool }>) {
  const first = await open("run-1");
  const before = await first.warehouse.newestLoadMs();
  await commit(first.warehouse, first.spool, earlierMs);
  await first.warehouse.close();
  const second = await open("run-2");
  const newest = await second.warehouse.newestLoadMs();
  second.spool.dateAfter(newest ?? 0);
  await commit(second.warehouse, second.spool, earlierMs - 2 * dayMs);
  await second.warehouse.close();
  const third = await open("run-3");
  const after = await third.warehouse.newestLoadMs();
  await third.warehouse.close();
  return [before, newest, after];
}

test("in DuckDB, a run whose clock is behind dates its loads after the newest one", async (context) => {
  const folder = temporaryFolder(context);
  const newest = await newestLoads(async (runId) => {
    const settings = { path: join(folder, "warehouse.duckdb"), rawDataset: "raw", stateDirectory: folder };
    const warehouse = await DuckDbWarehouse.open(settings);
    await warehouse.prepare();
    const spool = await Spool.open(folder, { workspaceId, runId, loadedAt: isoTime(second) });
    return { warehouse, spool };
  });
  assert.deepEqual(newest, [undefined, earlierMs, earlierMs + 1]);
});

test("in BigQuery, a run whose clock is behind dates its loads after the newest one", async (context) => {
  const backend = await DoubleBackend.open();
  context.after(() => backend.close());
  const newest = await newestLoads((runId) => setUpDesk(context, backend.url, { dataset: "raw", runId }));
  assert.deepEqual(newest, [undefined, earlierMs, earlierMs + 1]);
  assert.deepEqual(backend.unplanned, []);
});

test("a clock that is ahead dates its loads by itself", async (context) => {
  const spool = await Spool.open(temporaryFolder(context), { workspaceId, runId: "run-1", loadedAt: isoTime(second) });
  spool.dateAfter(earlierMs);
  const load = await finished(spool.begin(earlierMs + dayMs), { stream: "tags" });
  assert.equal(load.loadedAt, isoTime(second + dayMs / 1000));
  await spool.remove();
});
