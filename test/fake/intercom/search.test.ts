import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { GeneratedWorld } from "../desk/generated-world.ts";
import { EVERYTHING } from "../desk/world.ts";
import { at, isObject, type JsonObject, objectsIn } from "../json.ts";
import { FakeClient, idsOf } from "./client.ts";
import { type FakeIntercom, startFakeIntercom } from "./server.ts";
import { startedFor } from "./started.ts";

const NOW = 1782842400;

describe("conversation search", () => {
  let fake: FakeIntercom;
  let client: FakeClient;
  /** Every conversation as the list gives it: what a search is held against. */
  let all: readonly JsonObject[];

  before(async () => {
    fake = await startFakeIntercom({ world: new GeneratedWorld({ seed: 5, conversations: 700, now: () => 0 }) });
    client = new FakeClient(fake);
    const items: JsonObject[] = [];
    fake.world.conversations.select(EVERYTHING, NOW, (key) => items.push(fake.world.conversations.render(key, NOW)));
    all = items;
  });
  after(async () => {
    await fake.close();
  });

  async function check(query: unknown, isMatch: (conversation: JsonObject) => boolean): Promise<number> {
    const found = await client.searchAll("/conversations/search", "conversations", query);
    assert.deepEqual([...idsOf(found)].sort(), [...idsOf(all.filter(isMatch))].sort(), JSON.stringify(query));
    return found.length;
  }
  const field = (name: string, operator: string, value: unknown) => ({ field: name, operator, value });
  const number = (record: JsonObject, path: string): number | null => {
    const value = at(record, path);
    return typeof value === "number" ? value : null;
  };
  const middle = NOW - 250 * 86400;

  test("`>` and `<` on times are inclusive unless the fake is told to be strict", async (t) => {
    const [one] = all;
    const updatedAt = number(one ?? {}, "updated_at") ?? 0;
    const within = (record: JsonObject): boolean => number(record, "updated_at") === updatedAt;
    const query = {
      operator: "AND",
      value: [field("updated_at", ">", updatedAt), field("updated_at", "<", updatedAt)],
    };
    assert.ok((await check(query, within)) >= 1);
    assert.ok((await check(field("updated_at", "=", String(updatedAt)), within)) >= 1);
    const strict = await startedFor(t, { world: fake.world, searchIsStrict: true });
    const found = await new FakeClient(strict).searchAll("/conversations/search", "conversations", query);
    assert.deepEqual(found, []);
    const wider = {
      operator: "AND",
      value: [field("updated_at", ">", updatedAt - 1), field("updated_at", "<", updatedAt + 1)],
    };
    assert.equal(
      (await new FakeClient(strict).searchAll("/conversations/search", "conversations", wider)).length,
      all.filter(within).length,
    );
  });

  test("ranges of creation and of change", async () => {
    await check(field("created_at", ">", middle), (record) => (number(record, "created_at") ?? 0) >= middle);
    await check(field("created_at", "<", middle), (record) => (number(record, "created_at") ?? 0) <= middle);
    await check(field("updated_at", "!=", middle), () => true);
    const both = { operator: "AND", value: [field("created_at", "<", middle), field("updated_at", ">", middle)] };
    await check(
      both,
      (record) => (number(record, "created_at") ?? 0) <= middle && (number(record, "updated_at") ?? 0) >= middle,
    );
  });

  test("strings: equal, in, contains, starts, ends, and their opposites", async () => {
    const subject = (record: JsonObject): string => String(at(record, "source.author.email")).toLowerCase();
    assert.ok((await check(field("state", "=", "closed"), (record) => record["state"] === "closed")) > 0);
    await check(field("state", "!=", "closed"), (record) => record["state"] !== "closed");
    await check(field("state", "IN", ["open", "snoozed"]), (record) => record["state"] !== "closed");
    await check(field("state", "NIN", ["open", "snoozed"]), (record) => record["state"] === "closed");
    assert.ok(
      (await check(field("source.author.email", "~", "TALLYPORT"), (record) => subject(record).includes("tallyport"))) >
        0,
    );
    await check(
      field("source.author.email", "!~", "tallyport"),
      (record) => !subject(record).includes("tallyport") || at(record, "source.author.email") === null,
    );
    assert.ok(
      (await check(field("source.author.name", "^", "ada"), (record) =>
        String(at(record, "source.author.name")).toLowerCase().startsWith("ada"),
      )) > 0,
    );
    assert.ok(
      (await check(field("source.author.email", "$", ".example"), (record) => subject(record).endsWith(".example"))) >
        0,
    );
    await check(field("id", "=", all[3]?.["id"]), (record) => record === all[3]);
  });

  test("integers, booleans and values that are not there", async () => {
    const reopens = (record: JsonObject): number | null => number(record, "statistics.count_reopens");
    assert.ok((await check(field("statistics.count_reopens", ">", 1), (record) => (reopens(record) ?? 0) >= 1)) > 0);
    await check(field("open", "=", true), (record) => record["open"] === true);
    await check(field("open", "!=", true), (record) => record["open"] !== true);
    assert.ok(
      (await check(field("ai_agent_participated", "=", true), (record) => record["ai_agent_participated"] === true)) >
        0,
    );
    assert.ok((await check(field("waiting_since", "=", null), (record) => record["waiting_since"] === null)) > 0);
    await check(field("waiting_since", "!=", null), (record) => record["waiting_since"] !== null);
    assert.ok(
      (await check(field("team_assignee_id", "IN", [5017001, 5017003]), (record) =>
        [5017001, 5017003].includes(number(record, "team_assignee_id") ?? 0),
      )) > 0,
    );
  });

  test("fields whose names are not where the value lies", async () => {
    const has = (record: JsonObject, path: string, id: string): boolean =>
      idsOf(objectsIn(at(record, path))).includes(id);
    const contact = idsOf(objectsIn(at(all[0], "contacts.contacts")))[0] ?? "";
    assert.ok(
      (await check(field("contact_ids", "=", contact), (record) => has(record, "contacts.contacts", contact))) > 0,
    );
    await check(field("contact_ids", "!=", contact), (record) => !has(record, "contacts.contacts", contact));
    assert.ok(
      (await check(field("teammate_ids", "=", "7001003"), (record) => has(record, "teammates.teammates", "7001003"))) >
        0,
    );
    assert.ok(
      (await check(
        field("tag_ids", "IN", ["8101", "8106"]),
        (record) => has(record, "tags.tags", "8101") || has(record, "tags.tags", "8106"),
      )) > 0,
    );
    await check(field("tag_ids", "NIN", ["8101"]), (record) => !has(record, "tags.tags", "8101"));
    const score = (record: JsonObject): number | null => number(record, "conversation_rating.rating");
    assert.ok(
      (await check(
        field("conversation_rating.score", "<", 2),
        (record) => score(record) !== null && (score(record) ?? 9) <= 2,
      )) > 0,
    );
    assert.ok(
      (await check(
        field("conversation_rating.replied_at", ">", middle),
        (record) => score(record) !== null && (number(record, "conversation_rating.updated_at") ?? 0) >= middle,
      )) > 0,
    );
    assert.ok(
      (await check(
        field("conversation_rating.requested_at", "<", middle),
        (record) =>
          isObject(record["conversation_rating"]) &&
          (number(record, "conversation_rating.created_at") ?? NOW) <= middle,
      )) > 0,
    );
  });

  test("a body is searched word by word", async () => {
    const words = (record: JsonObject): readonly string[] =>
      String(at(record, "source.body"))
        .replace(/<[^>]*>/g, " ")
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u);
    assert.ok((await check(field("source.body", "=", "invoice"), (record) => words(record).includes("invoice"))) > 0);
    assert.equal(await check(field("source.body", "=", "the invoice"), () => false), 0);
  });

  test("groups, two levels deep", async () => {
    const query = {
      operator: "AND",
      value: [
        { operator: "OR", value: [field("state", "=", "open"), field("priority", "=", "high")] },
        { operator: "OR", value: [field("source.type", "=", "email"), field("created_at", ">", middle)] },
      ],
    };
    const isMatch = (record: JsonObject): boolean =>
      (record["state"] === "open" || record["priority"] === "high") &&
      (at(record, "source.type") === "email" || (number(record, "created_at") ?? 0) >= middle);
    assert.ok((await check(query, isMatch)) > 0);
    const either = { operator: "OR", value: [field("updated_at", "<", middle), field("state", "=", "open")] };
    await check(either, (record) => (number(record, "updated_at") ?? 0) <= middle || record["state"] === "open");
  });

  test("what is not documented is refused and remembered", async () => {
    const single = field("state", "=", "open");
    const refused: readonly (readonly [string, unknown])[] = [
      ["an unknown field", { query: field("colour", "=", "red") }],
      ["an operator that the type lacks", { query: field("state", ">", "open") }],
      ["an operator of contacts", { query: field("created_at", ">=", 5) }],
      ["a date that is none", { query: field("created_at", ">", "foorbar") }],
      ["a list that is none", { query: field("state", "IN", "open") }],
      ["16 filters", { query: { operator: "AND", value: Array.from({ length: 16 }, () => single) } }],
      [
        "three levels",
        { query: { operator: "AND", value: [{ operator: "OR", value: [{ operator: "AND", value: [single] }] }] } },
      ],
      ["an empty group", { query: { operator: "AND", value: [] } }],
      ["no query", {}],
      ["151 a page", { query: single, pagination: { per_page: 151 } }],
      ["a sort order", { query: single, sort: { field: "created_at", order: "ascending" } }],
    ];
    for (const [what, body] of refused) {
      const before = fake.unplanned.length;
      const reply = await client.post("/conversations/search", body);
      assert.equal(reply.status, 400, what);
      assert.equal(fake.unplanned.length, before + 1, what);
    }
    assert.equal(
      (
        await client.post("/conversations/search", {
          query: { operator: "AND", value: Array.from({ length: 15 }, () => single) },
        })
      ).status,
      200,
    );
  });

  test("an unknown route, method or parameter is refused and remembered", async () => {
    const before = fake.unplanned.length;
    assert.equal((await client.get("/news/newsfeeds")).status, 404);
    assert.equal((await client.post("/contacts", {})).status, 404);
    assert.equal((await client.get("/conversations?page=2")).status, 400);
    assert.equal((await client.get("/tags?limit=2")).status, 400);
    assert.equal(fake.unplanned.length, before + 4);
  });
});
