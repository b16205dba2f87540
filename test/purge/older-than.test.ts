import assert from "node:assert/strict";
import { test } from "node:test";
import { recordHash } from "../../loader/record-hash.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { run, setUp } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

const secondsPerDay = 86_400;

/** Statement that sets when a record last changed. @param daysAgo may have a fraction */
function changed(table: "conversations" | "tickets", daysAgo: number, where: string): string {
  return `update intercom_raw.${table} set updated_at = make_timestamp(${Math.round((Date.now() / 1000 - daysAgo * secondsPerDay) * 1e6)}) where ${where}`;
}

/** A conversation and its ticket, by the conversation's word. */
const pair = (conversation: string, ticket: string): string =>
  `update intercom_raw.conversations set payload = json_merge_patch(payload, '{"ticket":{"type":"ticket","id":"${ticket}"}}') where id = '${conversation}'`;
const ticket = (id: string, words: string): string =>
  `insert into intercom_raw.tickets (id, created_at, updated_at, is_deleted, payload, _workspace_id, _load_id, _fetched_at, _loaded_at)
   values ('${id}', now(), now(), false, '{"type":"ticket","id":"${id}","category":"Customer","ticket_attributes":{"_default_title_":"${words}"}}',
     'w1', 'load1', now(), now())`;

/** 2 has changed today, 3 is 29 days old, 7 is 31 days old and open; the others are much older. */
const aged = [
  changed("conversations", 500, "true"),
  changed("conversations", 0, "id = '2'"),
  changed("conversations", 29.9, "id = '3'"),
  changed("conversations", 30.1, "id = '7'"),
  "update intercom_raw.conversations set state = 'open' where id = '7'",
];

test("conversations that have not changed for so many days go, open ones too; their last change counts in all versions", async (context) => {
  const config = await setUp(context, [
    ...aged,
    // The oldest version of conversation 2 is old.
    "insert into intercom_raw.conversations select * replace (updated_at - interval 400 day as updated_at) from intercom_raw.conversations where id = '2'",
  ]);
  const { exitCode, summary, error } = await run(config, [], { olderThanDays: 30 });
  assert.equal(error, undefined);
  assert.equal(exitCode, 0);
  assert.equal(summary.conversations_old, 6);
  const left = await readRows(config.duckdbPath, "select distinct id from intercom_raw.conversations order by id");
  assert.deepEqual(left, [{ id: "2" }, { id: "3" }]);
  assert.deepEqual(await tracesOf(config.duckdbPath, ["words of Bob", "do ask ann@", "answer to Bob"]), []);
  assert.equal((await run(config, [], { olderThanDays: 30 })).summary.rows, 0);
});

test("without the flag age does not matter; a dry run removes nothing and says how many would go", async (context) => {
  const config = await setUp(context, aged);
  const { summary } = await run(config, [], { olderThanDays: 30, isDryRun: true });
  assert.equal(summary.conversations_old, 6);
  assert.ok((await tracesOf(config.duckdbPath, ["do ask ann@"])).length > 0);
  const { lines } = await run(config, [], { olderThanDays: 30, isDryRun: true, isText: true });
  assert.match(lines[0] ?? "", /; 6 conversations and 0 tickets without a change for 30 days\.$/);
  assert.match(lines.join("\n"), /What goes for its age is still in Intercom\. It comes back when it changes there/);
  await run(config);
  assert.ok((await tracesOf(config.duckdbPath, ["do ask ann@"])).length > 0);
});

test("a conversation and its ticket go when both are old, and stay while one of them is not", async (context) => {
  const config = await setUp(context, [
    ...aged,
    ticket("t7", "title of the old"),
    ticket("t4", "title of the young"),
    ticket("t9", "title of a lone one"),
    changed("tickets", 400, "id <> 't4'"),
    pair("7", "t7"),
    pair("4", "t4"),
  ]);
  const { summary } = await run(config, [], { olderThanDays: 30 });
  assert.deepEqual([summary.conversations_old, summary.tickets_old], [5, 2]);
  assert.deepEqual(await readRows(config.duckdbPath, "select id from intercom_raw.tickets"), [{ id: "t4" }]);
  const left = await readRows(config.duckdbPath, "select distinct id from intercom_raw.conversations order by id");
  assert.deepEqual(left, [{ id: "2" }, { id: "3" }, { id: "4" }]);
});

test("old calls go unless their conversation is young, and rejected records that were retrieved so long ago lose their content", async (context) => {
  const call = (id: string, conversation: string, daysAgo: number): string =>
    `insert into intercom_raw.calls (id, created_at, updated_at, payload, _workspace_id, _load_id, _fetched_at, _loaded_at)
     values ('${id}', now(), now() - interval ${daysAgo} day, '{"id":"${id}","conversation_id":"${conversation}","transcript":"said ${id}"}', 'w1', 'load1', now(), now())`;
  const config = await setUp(context, [
    ...aged,
    call("lone", "unknown", 40),
    call("recent", "unknown", 20),
    call("of the young", "2", 40),
    "update intercom_raw._rejected set _fetched_at = now() - interval 40 day where record_id = 'c-bob'",
  ]);
  const { error } = await run(config, [], { olderThanDays: 30 });
  assert.equal(error, undefined);
  const calls = await readRows(config.duckdbPath, "select id from intercom_raw.calls order by id");
  assert.deepEqual(calls, [{ id: "of the young" }, { id: "recent" }]);
  const rejected = "select reason, payload from intercom_raw._rejected where record_id = 'c-bob'";
  assert.deepEqual(await readRows(config.duckdbPath, rejected), [{ reason: "purged", payload: null }]);
});

test("with rows kept, a row with texts stays until its copy without texts is stored", async (context) => {
  const config = await setUp(context, aged);
  const planned = await run(config, [], { olderThanDays: 30, keeps: "rows to copy", isDryRun: true });
  assert.equal(planned.summary.conversations_old, 6);
  const { summary, error } = await run(config, [], { olderThanDays: 30, keeps: "rows copied" });
  assert.equal(error, undefined);
  assert.equal(summary.conversations_old, 0);
  assert.ok((await tracesOf(config.duckdbPath, ["do ask ann@"])).length > 1);
});

test("who asked to be deleted is named beside what goes for its age, also where the conversation is as old", async (context) => {
  const eventOf = (conversation: string, person: string): string =>
    `insert into intercom_raw._activations select * replace ('${conversation}' as conversation_id, 'event of ${conversation}' as event_uuid, '${person}' as distinct_id)
     from intercom_raw._activations where conversation_id = '2' limit 1`;
  const stepsOf = async (contacts: readonly string[], conversations: readonly string[]): Promise<string> => {
    const config = await setUp(context, [...aged, eventOf("7", "user-7"), eventOf("6", "user-6")]);
    const { summary, error } = await run(config, contacts, { olderThanDays: 30, conversations });
    assert.equal(error, undefined);
    return summary.removal_steps.filter((line) => line.startsWith("  ")).join("\n");
  };
  const both = await stepsOf([], ["6"]);
  assert.match(both, /delete the person user-6/);
  assert.match(both, /1 event is about old conversations, .* it may stay/);
  assert.doesNotMatch(both, /delete the person user-7/);
  assert.doesNotMatch(await stepsOf([], []), /delete the person user-[67]/);
});

test("`_purged` says what went, when and why, by hashes of ids, once", async (context) => {
  const config = await setUp(context, [...aged, ticket("t9", "alone"), changed("tickets", 400, "true")]);
  await run(config, ["c-bob"], { olderThanDays: 30, conversations: ["2"] });
  await run(config, [], { olderThanDays: 30 });
  const rows = (await readRows(
    config.duckdbPath,
    "select record, id_hash, rule, row_count, _workspace_id, _loaded_at, updated_at from intercom_raw._purged",
  )) as readonly Record<string, unknown>[];
  const of = (kind: string, id: string): unknown => {
    const found = rows.filter((row) => row["id_hash"] === recordHash("w1", kind, id));
    assert.equal(found.length, 1, `${kind} ${id}`);
    assert.ok(found[0]?.["_loaded_at"]);
    return found[0]?.["rule"];
  };
  assert.equal(of("ticket", "t9"), "older than 30 days");
  assert.equal(of("conversation", "6"), "older than 30 days");
  assert.equal(of("conversation", "1"), "deleted in Intercom");
  assert.equal(of("conversation", "7"), "of a named contact");
  assert.equal(of("contact", "c-bob"), "of a named contact");
  const purges = rows.filter(({ record }) => record === "purge");
  assert.equal(purges.length, 1);
  assert.ok(Number(purges[0]?.["row_count"]) > 10);
  assert.match(String(purges[0]?.["rule"]), /^1 conversation deleted in Intercom; 1 contact with \d conversations/);
  assert.doesNotMatch(JSON.stringify(rows), /@|ann|bob/i);
});

test("a file of an earlier version, whose loads say nothing of modes, is purged before the first sync too", async (context) => {
  const earlier = [...aged, "alter table intercom_raw._loads drop column modes"];
  for (const [contacts, options] of [
    [[], {}],
    [["c-bob"], { isDryRun: true }],
    [["c-bob"], {}],
    [[], { conversations: ["2"] }],
    [[], { olderThanDays: 30 }],
    [[], { olderThanDays: 30, keeps: "rows to copy", isDryRun: true }],
  ] as const) {
    const { exitCode, error } = await run(await setUp(context, earlier), contacts, options);
    assert.deepEqual([exitCode, error], [0, undefined], JSON.stringify(options));
  }
});
