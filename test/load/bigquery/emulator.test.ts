import assert from "node:assert/strict";
import { test } from "node:test";
import { openBigQuery } from "../../../loader/load/bigquery/client.ts";
import { payloadHash } from "../../../loader/load/payload-hash.ts";
import { addConversation, finished, isoTime, second, setUpDesk, workspaceId } from "./desk.ts";

const emulatorHost = process.env["BIGQUERY_EMULATOR_HOST"] ?? "";
const skip = emulatorHost === "" ? "no BIGQUERY_EMULATOR_HOST: nothing here ran against BigQuery's own queries" : false;

function connectionTo(host: string) {
  return {
    project: "test",
    location: undefined,
    emulatorHost: host,
    impersonate: undefined,
    maximumBytesBilled: 2 ** 30,
  };
}

test("a load keeps every character, and times to the second", { skip }, async (context) => {
  const desk = await setUpDesk(context, emulatorHost);
  const load = desk.spool.begin(second * 1000);
  await addConversation(load, "9007199254740993", second, second + 5);
  await desk.warehouse.commit(await finished(load, { stream: "conversations" }));
  await desk.warehouse.close();
  const client = await openBigQuery(connectionTo(emulatorHost));
  const [rows] = await client.query(
    `select id, body_text, json_value(payload, '$.note') as note, unix_seconds(updated_at) as updated_at,
       _load_id in (select _load_id from \`test.${desk.dataset}._loads\`) as is_complete
     from \`test.${desk.dataset}.conversations\``,
  );
  assert.deepEqual(rows, [
    {
      id: "9007199254740993",
      body_text: "Grüße 😀",
      note: 'a "quoted"\nline',
      updated_at: second,
      is_complete: true,
    },
  ]);
});

test("windows are covered up to where they are settled; windows of filtered runs are not covered", {
  skip,
}, async (context) => {
  const desk = await setUpDesk(context, emulatorHost);
  assert.deepEqual(await desk.warehouse.coverage(workspaceId, "conversations"), {
    rangeFrom: undefined,
    settled: [],
  });
  const windows = [
    { range_from: isoTime(100), window_from: isoTime(100), window_to: isoTime(199), settled_to: isoTime(1000) },
    { range_from: isoTime(100), window_from: isoTime(200), window_to: isoTime(299), settled_to: isoTime(250) },
    { range_from: isoTime(100), window_from: isoTime(300), window_to: isoTime(399), settled_to: isoTime(250) },
    { range_from: isoTime(100), window_from: isoTime(120), window_to: isoTime(130), settled_to: isoTime(1000) },
    { range_from: isoTime(100), window_from: isoTime(500), window_to: isoTime(600), settled_to: isoTime(1000) },
    { range_from: null, window_from: null, window_to: null, settled_to: null },
  ];
  for (const [index, window] of windows.entries()) {
    const load = desk.spool.begin(0);
    await addConversation(load, `c${index}`, second, second);
    await desk.warehouse.commit(await finished(load, { stream: "conversations", ...window }));
  }
  // A read within the run: waiting loads are stored first.
  assert.deepEqual(await desk.warehouse.coverage(workspaceId, "conversations"), {
    rangeFrom: 100,
    settled: [
      { from: 100, to: 250 },
      { from: 500, to: 600 },
    ],
  });
  assert.deepEqual((await desk.warehouse.coverage("another", "conversations")).settled, []);
  assert.equal(await desk.warehouse.streamCursor(workspaceId, "conversations"), 600);
});

test("a stored conversation is known by its newest version", { skip }, async (context) => {
  const desk = await setUpDesk(context, emulatorHost);
  for (const [updatedAt, fetchedAt] of [
    [second, second + 9],
    [second + 60, second + 61],
    [second + 60, second + 70],
  ] as const) {
    const load = desk.spool.begin(fetchedAt * 1000);
    await addConversation(load, "c", updatedAt, fetchedAt);
    await desk.warehouse.commit(await finished(load, { stream: "conversations" }));
  }
  const known = await desk.warehouse.storedThreads(workspaceId, "conversations", { from: second, to: second + 100 });
  assert.deepEqual([...known], [["c", { updatedAt: second + 60, fetchedAt: second + 70 }]]);
  const later = await desk.warehouse.storedThreads(workspaceId, "conversations", {
    from: second + 86_400,
    to: second + 9e5,
  });
  assert.equal(later.size, 0);
});

test("a record with a tombstone is not live, and is live again when it comes back", { skip }, async (context) => {
  const desk = await setUpDesk(context, emulatorHost);
  const store = async (payload: object, fetchedAt: number): Promise<void> => {
    const load = desk.spool.begin(fetchedAt * 1000);
    const row = { id: "t", created_at: null, updated_at: null, payload, _payload_hash: payloadHash(payload) };
    await load.add("tags", row, fetchedAt);
    await desk.warehouse.commit(await finished(load, { stream: "tags" }));
  };
  const living = { type: "tag", id: "t" };
  await store(living, 10);
  assert.deepEqual([...(await desk.warehouse.liveRecords(workspaceId, "tags"))], [["t", payloadHash(living)]]);
  await store({ type: "tag", id: "t", deleted: true }, 20);
  assert.equal(await desk.warehouse.countLive(workspaceId, "tags"), 0);
  await store(living, 30);
  assert.equal(await desk.warehouse.countLive(workspaceId, "tags"), 1);
  const status = await desk.warehouse.status();
  assert.deepEqual(
    status.map(({ stream, rows }) => [stream, rows]),
    [["tags", 3]],
  );
});

test("a listed deletion counts until the conversation was retrieved after it", { skip }, async (context) => {
  const desk = await setUpDesk(context, emulatorHost);
  const load = desk.spool.begin(second * 1000);
  for (const id of ["gone", "back"])
    await load.add("deleted_conversations", { id, deleted_at: isoTime(second), payload: { id } }, second + 1);
  await load.add("deleted_conversations", { id: "unlisted", deleted_at: null, payload: {} }, second + 1);
  await addConversation(load, "gone", second, second - 5);
  await addConversation(load, "back", second, second + 5);
  await desk.warehouse.commit(await finished(load, { stream: "deleted_conversations" }));
  assert.deepEqual([...(await desk.warehouse.listedAsDeleted(workspaceId))], ["gone"]);
});

test("rows of a load that _loads does not name do not count", { skip }, async (context) => {
  const desk = await setUpDesk(context, emulatorHost);
  const client = await openBigQuery(connectionTo(emulatorHost));
  await client.query(
    `insert into \`test.${desk.dataset}.conversations\` (id, updated_at, _workspace_id, _load_id, _fetched_at, _loaded_at)
     values ('c', timestamp_seconds(${second}), 'w1', 'stray', timestamp_seconds(${second}), timestamp_seconds(${second}))`,
  );
  assert.equal((await desk.warehouse.storedThreads(workspaceId, "conversations", { from: 0, to: second })).size, 0);
});

test("a second run at the same dataset is refused with the first run's name", { skip }, async (context) => {
  const first = await setUpDesk(context, emulatorHost, { isRun: true, runId: "run-1" });
  const second = await setUpDesk(context, emulatorHost, {
    isRun: true,
    runId: "run-2",
    dataset: first.dataset,
    isPrepared: false,
    place: "elsewhere",
  });
  await assert.rejects(second.warehouse.prepare("run-2"), /held by run run-1/);
  await first.warehouse.close();
  await second.warehouse.prepare("run-2");
  await second.warehouse.close();
});
