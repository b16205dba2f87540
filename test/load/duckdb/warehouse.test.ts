import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { WarehouseError } from "../../../loader/errors.ts";
import { DuckDbWarehouse } from "../../../loader/load/duckdb/warehouse.ts";
import { payloadHash } from "../../../loader/load/payload-hash.ts";
import { rawTables } from "../../../loader/load/raw-tables.ts";
import { Spool } from "../../../loader/load/spool.ts";
import { readDuckDb } from "../../tools/duckdb-file.ts";
import { addConversation, commit, scalars, second, setUp, text, workspaceId } from "./setting.ts";

for (const fileName of ["intercom.duckdb", "intercom_raw.duckdb", "it's a file.duckdb"]) {
  test(`a file named ${fileName} gets every raw table and takes a load`, async (context) => {
    const setting = await setUp(context, fileName);
    const load = setting.spool.begin(second * 1000);
    await addConversation(load, "9007199254740993", second, second + 5);
    await commit(setting, load, { stream: "conversations" });
    await setting.warehouse.close();
    await readDuckDb(setting.path, async (connection) => {
      const tables = await scalars(
        connection,
        "select table_name from duckdb_tables() where schema_name = 'intercom_raw' order by 1",
      );
      assert.deepEqual(tables.flat().sort(), rawTables.map((table) => table.name).sort());
      const catalog = `"${fileName.replace(".duckdb", "")}"`;
      const rows = await scalars(
        connection,
        `select id, body_text, payload->>'big', cast(updated_at as text), _load_id = (select _load_id from ${catalog}.intercom_raw._loads) from ${catalog}.intercom_raw.conversations`,
      );
      assert.deepEqual(rows, [["9007199254740993", "Grüße 😀", "90071992547409931234", "2026-01-05 09:00:00", true]]);
    });
  });
}

test("a load with one unreadable file leaves no row at all", async (context) => {
  const setting = await setUp(context);
  const load = setting.spool.begin(0);
  await addConversation(load, "1", second, second);
  await load.add("tags", { id: "t", payload: {} }, second);
  const finished = await load.finish([
    {
      stream: "conversations",
      row_count: 1,
      rejected_count: 0,
      range_from: text(0),
      window_from: text(0),
      window_to: text(second),
      settled_to: text(second),
    },
  ]);
  writeFileSync(finished.files.find((file) => file.table === "tags")?.path ?? "", '{"id": "t", "payl');
  await assert.rejects(setting.warehouse.commit(finished), WarehouseError);
  assert.equal((await setting.warehouse.storedThreads(workspaceId, "conversations", { from: 0, to: second })).size, 0);
  assert.deepEqual((await setting.warehouse.coverage(workspaceId, "conversations")).settled, []);
});

test("a body of many megabytes, for which memory is too small at first, is stored", async (context) => {
  const setting = await setUp(context);
  const load = setting.spool.begin(0);
  await load.add(
    "tags",
    { id: "t", created_at: null, updated_at: null, payload: { text: "é".repeat(12 * 2 ** 20) }, _payload_hash: "h" },
    second,
  );
  await commit(setting, load, { stream: "tags" });
  assert.deepEqual([...(await setting.warehouse.liveRecords(workspaceId, "tags"))], [["t", "h"]]);
});

test("a stored load's files are gone, and its windows are covered up to where they are settled", async (context) => {
  const setting = await setUp(context);
  assert.deepEqual(await setting.warehouse.coverage(workspaceId, "conversations"), {
    rangeFrom: undefined,
    settled: [],
  });
  const windows = [
    { range_from: text(100), window_from: text(100), window_to: text(199), settled_to: text(1000) },
    { range_from: text(100), window_from: text(200), window_to: text(299), settled_to: text(250) },
    { range_from: text(100), window_from: text(300), window_to: text(399), settled_to: text(250) },
    { range_from: null, window_from: null, window_to: null, settled_to: null }, // a filtered run covers nothing
    // A clock that ran ahead set this end: nothing after the load itself is covered.
    { range_from: text(100), window_from: text(900), window_to: text(99_999), settled_to: text(99_999) },
  ];
  for (const [index, window] of windows.entries()) {
    const load = setting.spool.begin(1_000_000);
    await addConversation(load, `c${index}`, second, second);
    await commit(setting, load, { stream: "conversations", ...window });
  }
  assert.deepEqual(await setting.warehouse.coverage(workspaceId, "conversations"), {
    rangeFrom: 100,
    settled: [
      { from: 100, to: 199 },
      { from: 200, to: 250 },
      { from: 900, to: 1000 },
    ],
  });
  assert.deepEqual((await setting.warehouse.coverage("another", "conversations")).settled, []);
  assert.equal(existsSync(join(setting.folder, "spool", "run", "run-000001.conversations.ndjson")), false);
});

test("a stored conversation is known by its newest version", async (context) => {
  const setting = await setUp(context);
  for (const [updatedAt, fetchedAt] of [
    [second, second + 9],
    [second + 60, second + 61],
    [second + 60, second + 70],
  ] as const) {
    const load = setting.spool.begin(0);
    await addConversation(load, "c", updatedAt, fetchedAt);
    await commit(setting, load, { stream: "conversations" });
  }
  const known = await setting.warehouse.storedThreads(workspaceId, "conversations", { from: second, to: second + 100 });
  assert.deepEqual([...known], [["c", { updatedAt: second + 60 }]]);
});

test("a conversation that was retrieved in the second of its update counts as stored only up to the second before", async (context) => {
  const setting = await setUp(context);
  const load = setting.spool.begin(0);
  await addConversation(load, "c", second, second);
  await commit(setting, load, { stream: "conversations" });
  const known = await setting.warehouse.storedThreads(workspaceId, "conversations", { from: second, to: second });
  assert.deepEqual([...known], [["c", { updatedAt: second - 1 }]]);
});

test("a record with a tombstone is not live, and is live again when it comes back", async (context) => {
  const setting = await setUp(context);
  const store = async (payload: object, hash: string, fetchedAt: number): Promise<void> => {
    const load = setting.spool.begin(0);
    await load.add("tags", { id: "t", created_at: null, updated_at: null, payload, _payload_hash: hash }, fetchedAt);
    await commit(setting, load, { stream: "tags" });
  };
  await store({ id: "t" }, "h1", 10);
  assert.deepEqual([...(await setting.warehouse.liveRecords(workspaceId, "tags"))], [["t", "h1"]]);
  const tombstone = { type: "tag", id: "t", deleted: true };
  await store(tombstone, payloadHash(tombstone), 20);
  assert.equal(await setting.warehouse.countLive(workspaceId, "tags"), 0);
  await store({ id: "t" }, "h1", 30);
  assert.deepEqual([...(await setting.warehouse.liveRecords(workspaceId, "tags"))], [["t", "h1"]]);
  // Intercom itself calls some of its records deleted, and lists them all the same.
  await store({ type: "tag", id: "t", label: "x", deleted: true }, "h3", 40);
  assert.deepEqual([...(await setting.warehouse.liveRecords(workspaceId, "tags"))], [["t", "h3"]]);
});

test("the cursor of conversations is the end of the windows without a gap, in each workspace", async (context) => {
  const setting = await setUp(context);
  const window = (from: number, to: number) => ({
    stream: "conversations" as const,
    range_from: text(second),
    window_from: text(second + from),
    window_to: text(second + to),
    settled_to: text(second + to),
  });
  for (const [from, to] of [
    [0, 99],
    [300, 400],
    [90, 199],
  ] as const) {
    await commit(setting, setting.spool.begin(0), window(from, to));
  }
  assert.deepEqual(
    (await setting.warehouse.status()).map(({ workspaceId: workspace, cursor }) => [workspace, cursor]),
    [[workspaceId, second + 199]],
  );
  const other = await Spool.open(setting.folder, { workspaceId: "w2", runId: "other", loadedAt: text(second) });
  await commit(setting, other.begin(0), window(50, 99));
  await commit(setting, setting.spool.begin(0), window(200, 299));
  assert.deepEqual(
    (await setting.warehouse.status()).map(({ workspaceId: workspace, cursor }) => [workspace, cursor]),
    [
      [workspaceId, second + 400],
      ["w2", undefined],
    ],
  );
});

test("rows of a load that never became complete are removed before the next run reads anything", async (context) => {
  const { path, folder, warehouse, spool } = await setUp(context);
  const load = spool.begin(0);
  await addConversation(load, "1", second, second + 1);
  await commit({ folder, path, warehouse, spool }, load, { stream: "conversations" });
  await warehouse.close();
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(
    "insert into intercom_raw.conversations select * replace ('lost' as _load_id, '2' as id) from intercom_raw.conversations",
  );
  connection.closeSync();
  instance.closeSync();
  const next = await DuckDbWarehouse.open({ path, rawDataset: "intercom_raw", stateDirectory: folder });
  context.after(() => next.close());
  await next.prepare();
  const stored = await next.storedThreads(workspaceId, "conversations", { from: 0, to: second + 10 });
  assert.deepEqual([...stored.keys()], ["1"]);
});

test("conversations are found by when they were fetched, and not where the same run read their lists", async (context) => {
  const { warehouse, spool } = await setUp(context);
  const store = async (runId: string, id: string, updatedAt: number, fetchedAt: number): Promise<void> => {
    const load = spool.begin(fetchedAt * 1000);
    await addConversation(load, id, updatedAt, fetchedAt);
    const records = [{ stream: "conversations", row_count: 1, rejected_count: 0 }] as const;
    await warehouse.commit({ ...(await load.finish(records)), runId });
  };
  await store("first", "old", second, second + 1000);
  await store("second", "late", second, second + 5000);
  await store("second", "new", second + 4000, second + 5001);
  const find = async (fetchedFrom: number, more: object = {}): Promise<readonly string[]> => {
    const which = { fetchedFrom, updatedFrom: 0, updatedTo: undefined, unreadIn: undefined, ...more };
    return (await warehouse.fetchedConversations(workspaceId, which)).toSorted();
  };
  assert.deepEqual(await find(0), ["late", "new", "old"]);
  assert.deepEqual(await find(second + 5000), ["late", "new"]);
  assert.deepEqual(await find(second + 5001), ["new"]);
  assert.deepEqual(await find(0, { updatedFrom: second + 1 }), ["new"]);
  assert.deepEqual(await find(second + 5000, { updatedTo: second + 3999 }), ["late"]);
  const unreadIn = "handling_events" as const;
  for (const [windowFrom, expected] of [
    [null, ["late", "new", "old"]],
    [text(0), ["old"]],
  ] as const) {
    const window = {
      range_from: text(0),
      window_from: windowFrom,
      window_to: windowFrom === null ? null : text(second),
    };
    const load = spool.begin(second * 1000);
    const records = [{ stream: unreadIn, row_count: 0, rejected_count: 0, ...window }];
    await warehouse.commit({ ...(await load.finish(records)), runId: "second" });
    assert.deepEqual(await find(0, { unreadIn }), expected);
    assert.deepEqual(await find(0, { unreadIn: "side_conversations" }), ["late", "new", "old"]);
  }
  assert.deepEqual(
    await warehouse.fetchedConversations("another", { fetchedFrom: 0, updatedFrom: 0, updatedTo: undefined, unreadIn }),
    [],
  );
});
