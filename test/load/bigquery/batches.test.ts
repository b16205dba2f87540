// Several callers at once: no batch is sealed while a caller fills it, and every reported load is stored.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { WarehouseError } from "../../../loader/errors.ts";
import { Batch } from "../../../loader/load/bigquery/batch.ts";
import type { FinishedLoad } from "../../../loader/load/open-load.ts";
import type { FakeBigQuery } from "../../fake/bigquery/server.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { addConversation, commitConversations, type Desk, finished, second, workspaceId } from "./desk.ts";
import { setUp } from "./setting.ts";

const idsIn = (fake: FakeBigQuery): string[] => fake.rowsOf("conversations").map((row) => String(row["id"]));
const refusal = { status: 403, reason: "quotaExceeded" } as const;

/** A load of one conversation, and the reports of its end. */
async function loadOf(desk: Desk, id: string): Promise<FinishedLoad> {
  const load = desk.spool.begin(desk.clock.nowMs());
  await addConversation(load, id, second, second + 5);
  return finished(load, { stream: "conversations" });
}

/** Holds every answer to an upload from now on, until they are released. */
function holdUploads(fake: FakeBigQuery): { readonly isHeld: Promise<void>; readonly letGo: () => void } {
  const [held, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  fake.holdAnswer = async (route) => {
    if (route !== "upload") return;
    held.resolve();
    await gate.promise;
  };
  return { isHeld: held.promise, letGo: gate.resolve };
}

test("reads while loads are committed lose no batch: each row is sent once", async (context) => {
  const { fake, desk } = await setUp(context);
  const work: Promise<unknown>[] = [];
  for (let number = 0; number < 30; number += 1) {
    work.push(commitConversations(desk, [`c${number}`]));
    if (number % 3 === 0) work.push(desk.warehouse.countLive(workspaceId, "conversations"));
    if (number % 7 === 0) work.push(desk.warehouse.listedAsDeleted(workspaceId));
    await new Promise(setImmediate);
  }
  await Promise.all(work);
  await desk.warehouse.close();
  assert.deepEqual(idsIn(fake).toSorted(), Array.from({ length: 30 }, (_, number) => `c${number}`).toSorted());
  assert.equal(new Set(fake.rowsOf("_loads").map((row) => row["_load_id"])).size, 30);
  assert.equal(fake.rowsOf("_loads").length, 30);
});

test("each of several concurrent reads waits for the batch that is being stored", async (context) => {
  const { fake, desk } = await setUp(context);
  await commitConversations(desk, ["1"]);
  const { isHeld, letGo } = holdUploads(fake);
  const seen: number[] = [];
  const reads = [1, 2, 3].map(async () => {
    await desk.warehouse.storedThreads(workspaceId, "conversations", { from: 0, to: second });
    seen.push(fake.rowsOf("_loads").length);
  });
  await isHeld;
  assert.equal(fake.queries.length, 0, "nobody reads yet");
  letGo();
  await Promise.all(reads);
  assert.deepEqual(seen, [1, 1, 1]);
});

test("a load that is committed while a batch is stored goes into the next batch, and both batches are stored once", async (context) => {
  const { fake, desk } = await setUp(context);
  await commitConversations(desk, ["1"]);
  const { isHeld, letGo } = holdUploads(fake);
  const reading = desk.warehouse.countLive(workspaceId, "conversations");
  await isHeld;
  await commitConversations(desk, ["2"]);
  const closing = desk.warehouse.close();
  letGo();
  await Promise.all([reading, closing]);
  assert.deepEqual(idsIn(fake), ["1", "2"]);
  assert.equal(fake.rowsOf("_loads").length, 2);
});

test("the caller is told when its load is complete, with the number of rows that BigQuery took", async (context) => {
  const refuses = (row: Readonly<Record<string, unknown>>, table: string) =>
    table === "conversations" && row["id"] === "2" ? "too large" : undefined;
  const { fake, desk } = await setUp(context, { refuses });
  const told: string[] = [];
  for (const id of ["1", "2", "3"])
    await desk.warehouse.commit(await loadOf(desk, id), ([record]) => {
      told.push(`${id}: ${record?.row_count} stored, ${record?.rejected_count} rejected`);
      assert.equal(fake.rowsOf("_loads").length, 3);
    });
  assert.deepEqual(told, [], "nothing is in the warehouse yet");
  await desk.warehouse.close();
  assert.deepEqual(told, ["1: 1 stored, 0 rejected", "2: 0 stored, 1 rejected", "3: 1 stored, 0 rejected"]);
});

test("no caller is told of a batch that fails, and no later batch becomes visible: its windows may rely on the failed one", async (context) => {
  const { fake, desk } = await setUp(context, {}, { isRun: true });
  const told: string[] = [];
  await desk.warehouse.commit(await loadOf(desk, "1"), () => told.push("1"));
  const { isHeld, letGo } = holdUploads(fake);
  const reading = desk.warehouse.countLive(workspaceId, "conversations");
  await isHeld;
  await desk.warehouse.commit(await loadOf(desk, "2"), () => told.push("2"));
  const second_ = desk.warehouse.countLive(workspaceId, "conversations");
  fake.faults.push({ route: "upload", times: 1, kind: refusal });
  letGo();
  for (const work of [reading, second_]) await assert.rejects(work, WarehouseError);
  await assert.rejects(desk.warehouse.commit(await loadOf(desk, "3")), WarehouseError);
  await assert.rejects(desk.warehouse.close(), WarehouseError);
  assert.deepEqual([told, fake.rowsOf("_loads")], [[], []]);
  assert.deepEqual(readdirSync(join(desk.folder, "spool")), ["run"], "no batch is left on disk");
  assert.equal(fake.tables.get("_lock")?.metadata["description"], "free");
});

test("closing twice, also while a batch is stored, stores once and frees the lock once; a closed warehouse takes no load", async (context) => {
  const { fake, desk } = await setUp(context, {}, { isRun: true });
  await commitConversations(desk, ["1"]);
  const late = await loadOf(desk, "late");
  const { isHeld, letGo } = holdUploads(fake);
  const reading = desk.warehouse.countLive(workspaceId, "conversations");
  await isHeld;
  const closes = [desk.warehouse.close(), desk.warehouse.close()];
  await assert.rejects(desk.warehouse.commit(late), /is closed/);
  await assert.rejects(desk.warehouse.countLive(workspaceId, "tags"), /is closed/);
  assert.notEqual(fake.tables.get("_lock")?.metadata["description"], "free", "it is held while something is stored");
  letGo();
  await Promise.all([reading, ...closes]);
  assert.deepEqual(idsIn(fake), ["1"]);
  assert.equal(fake.tables.get("_lock")?.metadata["description"], "free");
});

test("a load that is committed twice is refused the second time", async (context) => {
  const { fake, desk } = await setUp(context);
  const load = await finished(desk.spool.begin(0), { stream: "conversations" });
  await desk.warehouse.commit(load);
  await assert.rejects(desk.warehouse.commit(load), /was committed before/);
  await desk.warehouse.close();
  assert.equal(fake.rowsOf("_loads").length, 1);
});

test("a load with a missing file is refused whole, and the loads that wait with it are stored", async (context) => {
  const { fake, desk } = await setUp(context, {}, { isRun: true });
  const none = await loadOf(desk, "0");
  const first = { ...none, files: none.files.map((file) => ({ ...file, path: `${file.path}.gone` })) };
  await assert.rejects(desk.warehouse.commit(first), WarehouseError);
  assert.equal(await desk.warehouse.countLive(workspaceId, "tags"), 0);
  await commitConversations(desk, ["1"]);
  const load = desk.spool.begin(0);
  await addConversation(load, "2", second, second + 5);
  load.add("tags", { id: "t", payload: {} }, second);
  const broken = await finished(load, { stream: "conversations" });
  const files = broken.files.map((file) => (file.table === "tags" ? { ...file, path: `${file.path}.gone` } : file));
  await assert.rejects(
    desk.warehouse.commit({ ...broken, files }),
    (error) => error instanceof WarehouseError && /STATE_DIR/.test(error.message),
  );
  await desk.warehouse.close();
  assert.deepEqual([idsIn(fake), fake.rowsOf("tags")], [["1"], []]);
});

test("a batch passes through its states in order, and refuses calls that its state does not allow", async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(join(folder, "spool"));
  const path = join(folder, "load.tags.1.ndjson");
  writeFileSync(path, '{"id":"1"}\n');
  const load: FinishedLoad = {
    id: "load",
    runId: "run",
    workspaceId,
    loadedAt: "2026-01-05T09:00:00.000Z",
    files: [{ table: "tags", path, rows: 1, lineBytesMax: 11 }],
    records: [{ stream: "tags", row_count: 1, rejected_count: 0 }],
  };
  const batch = Batch.open("run", folder, 1);
  assert.equal(batch.state, "filling");
  await assert.rejects(batch.gather(), /is filling/);
  batch.add(load, () => undefined);
  assert.throws(() => batch.tell([]), /is filling/);
  batch.seal();
  assert.throws(() => batch.seal(), /is sealed/);
  assert.throws(() => batch.add({ ...load, id: "other", files: [] }, () => undefined), /is sealed/);
  const [file] = await batch.gather();
  assert.equal(file?.rows, 1);
  await assert.rejects(batch.gather(), /is storing/);
  await batch.remove();
  assert.deepEqual([batch.state, existsSync(join(folder, "spool", "run.batch-1"))], ["removed", false]);
  await assert.rejects(batch.remove(), /is removed/);
});
