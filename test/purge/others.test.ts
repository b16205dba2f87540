import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows } from "../dbt/raw-warehouse.ts";
import { run, setUp } from "./run.ts";

// What must not go with a person: similar rows of other people.

/** Adds a row of a raw table: an existing row with some columns replaced. */
function another(table: string, where: string, replaced: string): string {
  return `insert into intercom_raw.${table} select * replace (${replaced}) from intercom_raw.${table} where ${where} limit 1`;
}

const bobsTombstone = another("contacts", "id = 'c-ann-old' and (payload->>'$.deleted') = 'true'", bobsColumns());

function bobsColumns(): string {
  return `'c-bob' as id, '{"type":"contact","id":"c-bob","deleted":true}' as payload`;
}

test("another contact who is gone from Intercom and took part in the contact's conversation keeps their other conversations, on every level", async (context) => {
  const config = await setUp(context, [bobsTombstone]);
  await run(config, ["ann@example.com"]);
  const idsOf = (table: string, column: string): Promise<unknown[]> =>
    readRows(config.duckdbPath, `select distinct ${column} as id from ${table} where ${column} <> '9' order by 1`);
  const left = [{ id: "2" }, { id: "7" }];
  assert.deepEqual(await idsOf("intercom_raw.conversations", "id"), left);
  assert.deepEqual(await idsOf("intercom.conversations", "conversation_id"), left);
});

test("the same id in another workspace is somebody else's, among rejected records and among sent events", async (context) => {
  const elsewhere = "'w3' as _workspace_id, 'load2' as _load_id";
  const config = await setUp(context, [
    another("_rejected", "record_id = '1'", `${elsewhere}, '{"id":"1"}' as payload, 'of w3' as reason`),
    another("contacts", "payload->>'$.external_id' = 'user-ann'", "'user-7' as id"),
    another(
      "_activations",
      "conversation_id = '2'",
      "'w3' as _workspace_id, '70' as conversation_id, 'event of 70' as event_uuid, 'user-ann' as distinct_id",
    ),
  ]);
  const { summary } = await run(config, ["c-ann"]);
  const kept = await readRows(
    config.duckdbPath,
    `select reason as kept from intercom_raw._rejected where _workspace_id = 'w3'
     union all select distinct_id from intercom_raw._activations where _workspace_id = 'w3' order by 1`,
  );
  assert.deepEqual(kept, [{ kept: "of w3" }, { kept: "user-ann" }]);
  assert.ok(!summary.removal_steps.some((line) => line.includes("event of 70")), summary.removal_steps.join("\n"));
});

test("an address that contains the contact's address is somebody else's, among rejected records and among mentions", async (context) => {
  const rejected = (payload: string): string =>
    another("_rejected", "record_id = 'c-bob'", `null as record_id, '${payload}' as payload`);
  const config = await setUp(context, [
    rejected('{"email":"joann@example.com"}'),
    rejected('{"email":"ann@example.com.au"}'),
    rejected('{"body":"<p>Write to Ann@Example.com.</p>"}'),
    `update intercom_raw.conversations set payload = '{"body":"ask joann@example.com"}' where id = '7'`,
    `update intercom_raw.conversations set payload = '{"body":"<a href=mailto:ann@example.com>her</a>"}' where id = '2'`,
  ]);
  const { summary } = await run(config, ["ann@example.com"]);
  const kept = await readRows(
    config.duckdbPath,
    "select payload->>'$.email' as email from intercom_raw._rejected where payload is not null order by 1",
  );
  assert.deepEqual(kept, [
    { email: "ann@example.com.au" },
    { email: "bob@example.org" },
    { email: "joann@example.com" },
  ]);
  assert.deepEqual(summary.mentioned_in_conversations, ["2"]);
});

test("the messages of a contact who is also a teammate stay, and do not count as mentions of the contact", async (context) => {
  const config = await setUp(context, [
    another(
      "contacts",
      "id = 'c-bob'",
      `'c-grace' as id, '{"type":"contact","id":"c-grace","email":"Grace@example.net"}' as payload`,
    ),
    another(
      "conversations",
      "id = '7'",
      `'20' as id, '{"contacts":{"contacts":[{"id":"c-grace"}]}}' as payload, 'words of Grace trying the messenger' as body_text`,
    ),
  ]);
  const { exitCode, summary } = await run(config, ["grace@example.net"]);
  assert.equal(exitCode, 0);
  assert.equal(summary.conversations_of_contacts, 1);
  assert.deepEqual(summary.mentioned_in_conversations, []);
  assert.deepEqual(await readRows(config.duckdbPath, "select count(*) as parts from intercom_raw.conversation_parts"), [
    { parts: "6" },
  ]);
  assert.equal((await readRows(config.duckdbPath, "from intercom_raw.admins")).length, 1);
});

/** So many contacts with one address, each with a conversation. */
function sharing(people: number): string[] {
  const listed = `'{"contacts":{"contacts":[{"id":"c-' || n || '"}]}}'`;
  return [
    `insert into intercom_raw.contacts select contacts.* replace ('c-' || n as id, '{"email":"info@example.com"}' as payload)
     from intercom_raw.contacts, range(${people}) as numbers(n) where id = 'c-bob'`,
    `insert into intercom_raw.conversations select conversations.* replace ('shared ' || n as id, ${listed} as payload)
     from intercom_raw.conversations, range(${people}) as numbers(n) where id = '7'`,
  ];
}

test("an address of more contacts than one person has is refused, unless you say how many contacts you mean", async (context) => {
  const config = await setUp(context, [
    ...sharing(25),
    another("contacts", "id = 'c-bob'", `'c-carl' as id, '{"email":"carl@example.com"}' as payload`),
    another("contacts", "id = 'c-bob'", `'c-carl' as id, '{"email":"info@example.com"}' as payload`),
  ]);
  const dry = await run(config, ["carl@example.com"], { isDryRun: true, isText: true });
  assert.equal(dry.exitCode, 0);
  assert.ok(
    dry.lines.includes(
      "The contacts were found by these addresses: info@example.com (26 contacts), carl@example.com (1 contact).",
    ),
    dry.lines.join("\n"),
  );
  assert.ok(
    dry.lines.some((line) => /refuses so many contacts without --at-most 26/.test(line)),
    dry.lines.join("\n"),
  );
  const refused = await run(config, ["carl@example.com"]);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.error ?? "", /26 contacts and 25 conversations, .* Nothing was removed/);
  assert.doesNotMatch(refused.error ?? "", /@/);
  assert.equal((await readRows(config.duckdbPath, "from intercom_raw.contacts where id like 'c-1%'")).length, 11);
  assert.equal((await run(config, ["carl@example.com"], { atMost: 25 })).exitCode, 2);
  const allowed = await run(config, ["carl@example.com"], { atMost: 26 });
  assert.equal(allowed.summary.contacts, 26);
  assert.deepEqual(await readRows(config.duckdbPath, "from intercom_raw.conversations where id like 'shared%'"), []);
});

test("a purge that was allowed and then stopped continues without --at-most", async (context) => {
  const config = await setUp(context, sharing(25));
  await run(config, ["info@example.com"], { atMost: 25, freeBytes: async () => 1000 });
  const { exitCode, summary } = await run(config);
  assert.deepEqual([exitCode, summary.is_continued], [0, true]);
});
