import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { loader } from "../tools/loader-process.ts";
import { aroundStatements } from "./around-rows.ts";
import { run, setUp } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

// Tickets, calls, notes and whatever else lies around a conversation or a contact.

const ofTheDeleted = [
  "ticket of the deleted",
  "part of the deleted ticket",
  "call of the deleted",
  "beside the deleted",
  "handling of the deleted",
  "rejected ticket part",
  "rejected beside the deleted",
];
const ofAnn = [
  "ticket of Annie",
  "answer in her ticket",
  "ticket in which she wrote",
  "what she wrote there",
  "call of hers",
  "note on her",
  "segment of hers",
];
const ofOthers = [
  "ticket of the deleted elsewhere",
  "ticket of conversation 7",
  "tracker of many",
  "part of the tracker",
  "back office",
  "ticket that is gone",
  "ticket that came back",
  "call of Bob alone",
  "note on Bob",
  "segment of Bob",
  "do ask ann@example.com about it",
  "beside 7",
  "handling of 7",
  "rejected note on another",
];

const places = async (path: string, words: readonly string[]): Promise<readonly string[]> =>
  (await tracesOf(path, words)).map((trace) => trace.replace(/^.*?: /, ""));

test("with a conversation that Intercom has deleted go its ticket, calls, side conversations and rejected records", async (context) => {
  const config = await setUp(context, aroundStatements);
  const kept = [...ofAnn, ...ofOthers];
  const before = await places(config.duckdbPath, kept);
  assert.deepEqual(new Set(before), new Set(kept));
  const { exitCode, summary, error } = await run(config);
  assert.equal(exitCode, 0, error);
  assert.deepEqual([summary.conversations_deleted_in_intercom, summary.tickets], [1, 1]);
  assert.deepEqual(await tracesOf(config.duckdbPath, ["ticket of the deleted"]), [
    "intercom.tickets: ticket of the deleted",
    "intercom_raw.tickets: ticket of the deleted",
  ]);
  const elsewhere = "select distinct _workspace_id as workspace from intercom_raw.tickets where id = '9001'";
  assert.deepEqual(await readRows(config.duckdbPath, elsewhere), [{ workspace: "w2" }]);
  assert.deepEqual(await tracesOf(config.duckdbPath, ofTheDeleted.slice(1)), []);
  assert.deepEqual(await places(config.duckdbPath, kept), before);
});

test("with a contact go the contact's tickets, calls, notes and segments; a tracker stays, and is named", async (context) => {
  const config = await setUp(context, aroundStatements);
  const before = await places(config.duckdbPath, ofOthers);
  const { exitCode, summary, error } = await run(config, ["ann@example.com"]);
  assert.equal(exitCode, 0, error);
  assert.deepEqual([summary.contacts, summary.tickets, summary.tickets_still_in_intercom], [5, 3, 3]);
  assert.deepEqual(await tracesOf(config.duckdbPath, [...ofAnn, "refused words on her"]), []);
  assert.deepEqual(await places(config.duckdbPath, ofOthers), before);
  assert.deepEqual(await tracesOf(config.duckdbPath, ["Ann Archer"]), []);
  assert.deepEqual(await tracesOf(config.duckdbPath, ["ann@example.com"]), [
    "intercom.conversations: ann@example.com",
    "intercom_raw.company_notes: ann@example.com",
    "intercom_raw.conversations: ann@example.com",
  ]);
  const tracker = "select title, contact_email, contact_name from intercom.tickets where ticket_id = 'tTracker'";
  assert.deepEqual(await readRows(config.duckdbPath, tracker), [
    { title: "tracker of many", contact_email: null, contact_name: null },
  ]);
  assert.equal((await tracesOf(config.duckdbPath, ["Bob Baker"])).includes("intercom.tickets: Bob Baker"), true);
  assert.deepEqual(summary.mentioned_in_records, { company_notes: ["cn1"], tickets: ["tTracker"] });
  const calls = await readRows(
    config.duckdbPath,
    "select id, payload->>'$.deleted' as gone from intercom_raw.calls order by 1",
  );
  assert.deepEqual(calls, [
    { id: "callAnn", gone: "true" },
    { id: "callBob", gone: null },
  ]);
});

test("a contact is found by the id where only a note, a call or a part of a ticket has it", async (context) => {
  for (const [table, words] of [
    ["contact_notes", "note on her"],
    ["calls", "call of hers"],
    ["ticket_parts", "what she wrote there"],
  ] as const) {
    const config = await setUp(context, [
      ...aroundStatements,
      `update intercom_raw.contact_notes set contact_id = 'c-x' where id = 'n1'`,
      `update intercom_raw.calls set payload = replace(payload, 'c-ann-old', 'c-x')`,
      `update intercom_raw.ticket_parts set payload = '{"author":{"type":"user","id":"c-x"}}' where id = 'p3'`,
      ...["contact_notes", "calls", "ticket_parts"]
        .filter((other) => other !== table)
        .map((other) => `delete from intercom_raw.${other}`),
    ]);
    const { exitCode, error } = await run(config, ["c-x"]);
    assert.equal(exitCode, 0, error);
    assert.deepEqual(await tracesOf(config.duckdbPath, [words]), [], table);
  }
});

test("a ticket that answered 404 stays, and the purge says how to remove it; one that was retrieved since is no such ticket", async (context) => {
  const config = await setUp(context, aroundStatements);
  const { summary } = await run(config);
  assert.deepEqual(summary.tickets_not_found_and_kept, ["tGone"]);
  assert.equal((await tracesOf(config.duckdbPath, ["ticket that is gone"])).length, 2);
  const { lines } = await run(config, [], { isText: true, isDryRun: true });
  assert.match(lines.join("\n"), /^1 ticket answered 404: .* name it by --ticket <id>: tGone\.$/m);
});

test("a ticket named by id goes with the conversation that it was made of; its tombstone stays", async (context) => {
  const config = await setUp(context, aroundStatements);
  const { exitCode, summary, error } = await run(config, [], { tickets: ["tGone", "t7", "tBackAgain"] });
  assert.equal(exitCode, 0, error);
  assert.deepEqual([summary.tickets, summary.tickets_still_in_intercom], [4, 3]);
  assert.deepEqual([summary.conversations_of_contacts, summary.tickets_not_found_and_kept], [1, []]);
  const words = [
    "ticket that is gone",
    "ticket of conversation 7",
    "do ask ann@example.com</p>",
    "beside 7",
    "call of Bob alone",
  ];
  assert.deepEqual(await tracesOf(config.duckdbPath, words), []);
  const left = "select id, is_deleted from intercom_raw.tickets where id in ('tGone', 't7', 'tBackAgain')";
  assert.deepEqual(await readRows(config.duckdbPath, left), [{ id: "tGone", is_deleted: true }]);
  const again = await run(config, [], { tickets: ["tGone"] });
  assert.deepEqual([again.exitCode, again.summary.rows], [0, 0]);
});

test("a back-office ticket that a conversation names and links to is another record: neither goes with the other", async (context) => {
  const config = await setUp(context, aroundStatements);
  const byTicket = await run(config, [], { tickets: ["tBack"] });
  assert.equal(byTicket.summary.conversations_of_contacts, 0);
  assert.ok((await tracesOf(config.duckdbPath, ["words of the restored"])).length > 0);
  const other = await setUp(context, aroundStatements);
  await run(other, [], { conversations: ["2"] });
  assert.deepEqual(await tracesOf(other.duckdbPath, ["words of the restored"]), []);
  assert.ok((await tracesOf(other.duckdbPath, ["back office"])).length > 0);
});

test("a conversation that is newer than a linked ticket did not become the ticket", async (context) => {
  const config = await setUp(context, [
    ...aroundStatements,
    "update intercom_raw.conversations set created_at = timestamp '2026-01-01 00:45:00' where id = '7'",
  ]);
  const { summary } = await run(config, [], { conversations: ["7"] });
  assert.equal(summary.tickets, 1);
  assert.ok((await tracesOf(config.duckdbPath, ["ticket of conversation 7"])).length > 0);
});

test("a warehouse of an earlier version, without tables of tickets and calls, is purged as before", async (context) => {
  const later = ["tickets", "ticket_parts", "calls", "contact_notes", "contact_segments", "side_conversations"];
  const latest = ["handling_events", "company_notes", "activity_logs", "_activations"];
  const config = await setUp(
    context,
    [...later, ...latest].map((table) => `drop table intercom_raw.${table}`),
  );
  const { exitCode, summary, error } = await run(config, ["ann@example.com"], { conversations: ["7"] });
  assert.equal(exitCode, 0, error);
  assert.deepEqual([summary.conversations_of_contacts, summary.conversations_named, summary.tickets], [5, 1, 0]);
  const unknown = await run(config, [], { tickets: ["tGone"] });
  assert.match(unknown.error ?? "", /the ticket given by --ticket number 1: .* Nothing was removed\.$/);
});

test("the command takes tickets, and refuses a text that can be no id", async (context) => {
  const config = await setUp(context, aroundStatements);
  const environment = { DUCKDB_PATH: config.duckdbPath, STATE_DIR: config.stateDirectory };
  const ended = await loader(["purge", "--ticket", "tGone", "--ticket", "t7"], environment);
  assert.equal(ended.exitCode, 0, ended.stderr);
  assert.match(ended.stdout, /; 1 conversation that became a ticket named by id; 3 tickets\.$/m);
  assert.match(ended.stdout, /^Not listed as deleted in Intercom: 1 conversation, 2 tickets, 0 contacts\./m);
  for (const wrong of ["", "t7 or 1=1", "#12"])
    assert.equal((await loader(["purge", "--ticket", wrong], environment)).exitCode, 2);
});
