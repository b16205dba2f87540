import assert from "node:assert/strict";
import { test } from "node:test";
import { Pseudonyms } from "../../loader/pseudonyms.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { run, setUp } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

// A contact is found, however the address is written.

/** The contact Bob, with this address as stored. */
function bobAs(address: string): string[] {
  return [
    `update intercom_raw.contacts set payload = json_object('email', '${address.replaceAll("'", "''")}') where id = 'c-bob'`,
  ];
}

for (const [stored, given] of [
  ["BOB@EXAMPLE.ORG", "bob@example.org"],
  ["bob@example.org", "BOB@Example.Org"],
  ["İrem@example.org", "İREM@example.org"],
  ["jos\u00e9@example.org", "jose\u0301@example.org"],
  ["jose\u0301@example.org", "JOS\u00c9@example.org"],
  ["o'brien@example.org", "O'Brien@example.org"],
  ["%_*@example.org", "%_*@example.org"],
  ["a&b+c@example.org", "a&b+c@example.org"],
] as const)
  test(`the contact with ${stored} is found by ${given}`, async (context) => {
    const { exitCode, summary, error } = await run(await setUp(context, bobAs(stored)), [given], { isDryRun: true });
    assert.equal(exitCode, 0, error);
    assert.ok(summary.contacts >= 1);
  });

test("wildcards and other special characters stand for themselves: nobody is found by them", async (context) => {
  const config = await setUp(context);
  for (const given of ["%", "_", "*", "c-%", "%@example.com", "[a-z]*", "' or true --", "null"]) {
    const { exitCode } = await run(config, [given], { isDryRun: true });
    assert.equal(exitCode, 2, given);
  }
});

test("a contact that is given twice is purged as if given once", async (context) => {
  const once = await run(await setUp(context), ["c-bob"], { isDryRun: true });
  const twice = await run(await setUp(context), ["c-bob", "c-bob", "BOB@example.org"], { isDryRun: true });
  assert.deepEqual(twice.summary, once.summary);
});

test("ids that exceed JavaScript's numbers are kept apart", async (context) => {
  const config = await setUp(context, [
    "update intercom_raw.conversations set id = '9007199254740993' where id = '1' and _workspace_id = 'w1'",
    "update intercom_raw.conversations set id = '9007199254740992' where id = '2'",
    "update intercom_raw.deleted_conversations set id = '9007199254740993' where id = '1'",
  ]);
  await run(config);
  const left = await readRows(config.duckdbPath, "select id from intercom_raw.conversations where id like '90%'");
  assert.deepEqual(left, [{ id: "9007199254740992" }]);
});

test("an author with an address and no id, as of a mail, is found by the address: the conversation is removed", async (context) => {
  const author = '{"author":{"type":"user","email":"Carol@example.com"},"body":"words of Carol"}';
  const config = await setUp(context, [
    `update intercom_raw.conversations set payload = '{"source":${author}}' where id = '7'`,
    `update intercom_raw.conversation_parts set payload = '${author}' where id = '201'`,
  ]);
  const { exitCode, summary, error } = await run(config, ["carol@example.com"]);
  assert.equal(exitCode, 0, error);
  assert.equal(summary.conversations_of_contacts, 2);
  assert.deepEqual(await tracesOf(config.duckdbPath, ["words of Carol", "carol@example.com"]), []);
});

test("companies, tags, segments and other contacts that name the contact are listed, and stay", async (context) => {
  const config = await setUp(context, [
    `insert into intercom_raw.companies (id, payload, _workspace_id) values ('co-1', '{"name":"Ann@example.com"}', 'w1'), ('co-2', '{"name":"Acme"}', 'w1')`,
    `insert into intercom_raw.tags (id, payload, _workspace_id) values ('tag-1', '{"name":"case of ann@example.com"}', 'w1')`,
    `update intercom_raw.contacts set payload = '{"email":"bob@example.org","custom_attributes":{"referred_by":"ann@example.com"}}' where id = 'c-bob'`,
  ]);
  const { summary, exitCode } = await run(config, ["ann@example.com"]);
  assert.equal(exitCode, 0);
  assert.deepEqual(summary.mentioned_in_records, { companies: ["co-1"], contacts: ["c-bob"], tags: ["tag-1"] });
  const { lines } = await run(
    await setUp(context, [
      `insert into intercom_raw.tags (id, payload, _workspace_id) values ('tag-1', '{"name":"case of ann@example.com"}', 'w1')`,
    ]),
    ["ann@example.com"],
    { isText: true },
  );
  assert.ok(
    lines.some((line) => line.startsWith("Other records name the contact: tags tag-1.")),
    lines.join("\n"),
  );
});

test("a contact whose address is stored as a pseudonym is found by the address, and so are rows of before", async (context) => {
  const pseudonyms = new Pseudonyms("a key of tests, which is longer than 32 bytes");
  const pseudonymOf = (address: string): string => pseudonyms.of("email", address);
  const setting = (address: string) => setUp(context, bobAs(address));
  // Nothing else in the warehouse names this address.
  const plain = await run(await setting("zed@example.org"), ["Zed@Example.org"], { isDryRun: true });
  const config = await setting(pseudonymOf("zed@example.org"));
  const byPseudonym = await run(config, ["Zed@Example.org"], { isDryRun: true, pseudonymOf });
  assert.equal(byPseudonym.summary.contacts, plain.summary.contacts);
  const before = await run(await setting("zed@example.org"), ["Zed@Example.org"], { isDryRun: true, pseudonymOf });
  assert.deepEqual(before.summary, plain.summary);
  assert.equal(
    (await run(await setting(pseudonymOf("eve@example.org")), ["zed@example.org"], { pseudonymOf })).exitCode,
    2,
  );
});
