import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { run, setUp } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

const wordsOfTheDeleted = ["words of the deleted", "answer to the deleted", "title of the deleted", "rejected part"];
const wordsOfAnn = [
  "words of Ann",
  "Ann Archer",
  "Ann as she was",
  "Visitor of Ann's",
  "words of Bob among others",
  "words of Bob with a lead",
  "words of the lead",
  "words of a visitor",
  "ann.before@example.com",
  "user-ann",
  "555 0100",
];

test("a conversation that Intercom has deleted leaves no word in any table, and no name in its sent events", async (context) => {
  const config = await setUp(context);
  assert.equal((await tracesOf(config.duckdbPath, wordsOfTheDeleted)).length, 7);
  const { exitCode, summary } = await run(config);
  assert.equal(exitCode, 0);
  assert.equal(summary.conversations_deleted_in_intercom, 1);
  assert.deepEqual(summary.tables, {
    "intercom.conversations": 2,
    "intercom_staging.contacts_known": 0,
    "intercom_staging.customers": 0,
    "intercom_staging.quotes": 1,
    "intercom_raw._rejected (emptied)": 2,
    "intercom_raw.conversation_parts": 1,
    "intercom_raw.conversations": 2,
    "intercom_raw.contact_notes": 0,
    "intercom_raw.contact_segments": 0,
    "intercom_raw.side_conversations": 0,
    "intercom_raw.handling_events": 0,
    "intercom_raw.ticket_parts": 0,
    "intercom_raw.tickets": 0,
    "intercom_raw.calls": 0,
    "intercom_raw.contacts": 0,
    "intercom_raw.deleted_conversations (emptied)": 1,
    "intercom_raw._activations (emptied)": 2,
  });
  assert.deepEqual(await tracesOf(config.duckdbPath, wordsOfTheDeleted), []);
});

test("its id stays where the id keeps the conversation from coming back, and from being sent", async (context) => {
  const config = await setUp(context);
  await run(config);
  const rows = await readRows(
    config.duckdbPath,
    `select 'deleted' as table_name, cast(payload as varchar) as held from intercom_raw.deleted_conversations where id = '1'
     union all
     select 'told', concat_ws(' ', event_uuid, step, state, conversation_id, distinct_id) from intercom_raw._activations where conversation_id = '1'
     union all
     select 'rejected', concat_ws(' ', record_id, reason, payload) from intercom_raw._rejected where record_id in ('1', '102')
     order by 1, 2`,
  );
  assert.deepEqual(rows, [
    { table_name: "deleted", held: '{"type":"conversation","id":"1","metrics_retained":true}' },
    { table_name: "rejected", held: "1 purged" },
    { table_name: "rejected", held: "102 purged" },
    { table_name: "told", held: "event of 1 1 planned 1" },
    { table_name: "told", held: "event of 1 2 confirmed 1" },
  ]);
});

test("a conversation that was retrieved after its deletion stays, as do other people's conversations", async (context) => {
  const config = await setUp(context);
  const others = ["words of the restored", "answer to the restored", "words of Ann", "Ann Archer", "words of Bob"];
  const before = await tracesOf(config.duckdbPath, others);
  await run(config);
  assert.deepEqual(await tracesOf(config.duckdbPath, others), before);
});

for (const given of ["ann@example.com", "ANN.BEFORE@example.com", "c-ann", "c-ann-lead", "c-ann-old"]) {
  test(`a contact given as ${given} is everybody who ever had one of her addresses, and every conversation she took part in`, async (context) => {
    const config = await setUp(context);
    const { exitCode, summary } = await run(config, [given]);
    assert.equal(exitCode, 0);
    assert.equal(summary.contacts, 5);
    assert.equal(summary.conversations_of_contacts, 5);
    assert.equal(summary.conversations_with_other_contacts, 2);
    assert.deepEqual(await tracesOf(config.duckdbPath, wordsOfAnn), []);
    const left = await readRows(config.duckdbPath, "select distinct id from intercom_raw.conversations order by id");
    assert.deepEqual(left, [{ id: "2" }, { id: "7" }, { id: "9" }]);
  });
}

test("a contact that is gone from Intercom leaves its tombstone; a contact that is still there leaves nothing", async (context) => {
  const config = await setUp(context);
  const { summary } = await run(config, ["ann@example.com"]);
  assert.equal(summary.contacts_still_in_intercom, 2);
  const kept = { raw: "intercom_raw.contacts", id: "id", built: "intercom_staging.contacts_known" };
  const ids = [{ id: "c-ann-old" }, { id: "c-ann-visitor" }, { id: "c-bob" }];
  assert.deepEqual(await readRows(config.duckdbPath, `select id from ${kept.raw} order by id`), ids);
  assert.deepEqual(await readRows(config.duckdbPath, `select contact_id as id from ${kept.built} order by id`), ids);
});

test("a tombstone that is older than the contact's newest row is removed too", async (context) => {
  const config = await setUp(context, [
    `insert into intercom_raw.contacts select * replace ('2025-12-31 00:00:00'::timestamp as _fetched_at, 'c-ann' as id)
     from intercom_raw.contacts where payload->>'$.deleted' = 'true' limit 1`,
  ]);
  await run(config, ["c-ann"]);
  assert.deepEqual(await readRows(config.duckdbPath, "select id from intercom_raw.contacts where id = 'c-ann'"), []);
});

test("other people's conversations that name the contact are listed, and stay", async (context) => {
  const config = await setUp(context);
  const { summary } = await run(config, ["ann@example.com"]);
  assert.deepEqual(summary.mentioned_in_conversations, ["7"]);
  const { lines } = await run(await setUp(context), ["c-ann"], { isText: true });
  assert.ok(
    lines.some((line) => line.startsWith("1 conversation of other people still names the contact")),
    lines.join("\n"),
  );
});

test("the purge lists the events that other tools got, by the names that it removes, and lists them once", async (context) => {
  const config = await setUp(context);
  const { summary } = await run(config, ["ann@example.com"]);
  assert.deepEqual(
    summary.removal_steps.map((line) => line.replace(/ in Persons,.*all of the person's events \(/, " (")),
    [
      "attio (workspace a note) still has 1 event of them:",
      "  DELETE /v2/notes/note-3",
      "posthog (project p) still has 1 event of them:",
      "  delete the person bob@example.org (event event of 1)",
    ],
  );
  const again = await run(config);
  assert.deepEqual(again.summary.removal_steps, []);
});

test("an event that was sent after a conversation came back is listed when the conversation is deleted again", async (context) => {
  const config = await setUp(context);
  await run(config);
  await makeAnotherStep(config.duckdbPath);
  const { summary } = await run(config);
  assert.match(summary.removal_steps[1] ?? "", /bob@example.org/);
});

async function makeAnotherStep(path: string): Promise<void> {
  await withDuckDb(path, (connection) =>
    connection.run(
      `insert into intercom_raw._activations select * replace (9 as step, 'sent' as state, 'bob@example.org' as distinct_id, null as reason)
       from intercom_raw._activations where conversation_id = '1' limit 1`,
    ),
  );
}

test("a second purge finds nothing, and says so", async (context) => {
  const config = await setUp(context);
  await run(config, ["ann@example.com"]);
  const { exitCode, summary } = await run(config);
  assert.equal(exitCode, 0);
  assert.equal(summary.rows, 0);
  assert.ok(Object.keys(summary.tables).length >= 9);
  const { lines } = await run(config, [], { isText: true });
  assert.deepEqual(lines, ["1 conversation deleted in Intercom.", "There are no rows to remove."]);
});

test("a contact without stored rows ends the purge with 2, and nothing is removed", async (context) => {
  const config = await setUp(context);
  const { exitCode, error } = await run(config, ["c-bob", "nobody@example.com"]);
  assert.equal(exitCode, 2);
  assert.match(error ?? "", /--contact number 2: .* Nothing was removed\.$/);
  assert.doesNotMatch(error ?? "", /@/);
  assert.equal((await tracesOf(config.duckdbPath, ["words of the deleted"])).length, 3);
});

test("the log of a purge has no address and no name", async (context) => {
  const { events } = await run(await setUp(context), ["ann@example.com"]);
  assert.ok(events.length > 8);
  assert.doesNotMatch(JSON.stringify(events), /@|\bann|c-bob/i);
});

test("the purge says what is still in Intercom and comes back from there", async (context) => {
  const { lines } = await run(await setUp(context), ["ann@example.com"], { isText: true });
  assert.ok(
    lines.some((line) => line.startsWith("Not listed as deleted in Intercom: 5 conversations, 2 contacts.")),
    lines.join("\n"),
  );
});
