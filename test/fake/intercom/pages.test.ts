import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GeneratedWorld } from "../desk/generated-world.ts";
import { at, type JsonObject, type JsonValue, objectsIn } from "../json.ts";
import { errorCode, FakeClient, idsOf, objectOf } from "./client.ts";
import { startedFor } from "./started.ts";

describe("pages", () => {
  const anything = { field: "updated_at", operator: ">", value: 0 };

  test("come newest change first, or shuffled, each conversation once", async (t) => {
    const world = new GeneratedWorld({ conversations: 500, now: () => 0 });
    const newest = await startedFor(t, { world });
    const ordered = await new FakeClient(newest).searchAll("/conversations/search", "conversations", anything, 40);
    const times = ordered.map((record) => Number(record["updated_at"]));
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    const some = await startedFor(t, { world, searchOrder: "shuffled", seed: 3 });
    const shuffled = await new FakeClient(some).searchAll("/conversations/search", "conversations", anything, 40);
    assert.notDeepEqual(idsOf(shuffled), idsOf(ordered));
    assert.deepEqual([...idsOf(shuffled)].sort(), [...idsOf(ordered)].sort());
    assert.equal(new Set(idsOf(shuffled)).size, shuffled.length);
  });

  test("tell the total, and name no next page on the last one", async (t) => {
    const fake = await startedFor(t, { conversations: 90 });
    const client = new FakeClient(fake);
    const first = objectOf(
      await client.post("/conversations/search", { query: anything, pagination: { per_page: 50 } }),
    );
    const total = [...fake.world.conversationIds()].length;
    assert.equal(first["total_count"], total);
    assert.equal(at(first, "pages.total_pages"), 2);
    const next = { per_page: 50, starting_after: at(first, "pages.next.starting_after") };
    const second = objectOf(await client.post("/conversations/search", { query: anything, pagination: next }));
    assert.equal(at(second, "pages.page"), 2);
    assert.equal(objectsIn(second["conversations"]).length, total - 50);
    assert.equal(at(second, "pages.next"), undefined);
  });

  test("a cursor is of use for its own question only", async (t) => {
    const fake = await startedFor(t, { conversations: 90 });
    const client = new FakeClient(fake);
    const first = objectOf(await client.post("/conversations/search", { query: anything }));
    const cursor: JsonValue = at(first, "pages.next.starting_after");
    const other = { field: "state", operator: "=", value: "open" };
    for (const [query, starting_after] of [
      [other, cursor],
      [anything, "garbage"],
    ]) {
      const reply = await client.post("/conversations/search", { query, pagination: { starting_after } });
      assert.equal(reply.status, 400);
      assert.equal(errorCode(reply), "invalid_param");
    }
    assert.deepEqual(fake.unplanned, []);
  });

  test("a change while paging moves the others: one is missed, one is seen twice", async (t) => {
    const fake = await startedFor(t, { conversations: 200 });
    const client = new FakeClient(fake);
    const ids = idsOf(await client.searchAll("/conversations/search", "conversations", anything));
    const seen = (records: JsonObject): readonly string[] => idsOf(objectsIn(records["conversations"]));
    const question = { query: anything, pagination: { per_page: 50 } };
    const page = objectOf(await client.post("/conversations/search", question));
    const last = ids.at(-1) ?? "";
    fake.world.change.note(last, "Looking into it");
    const cursor = at(page, "pages.next.starting_after");
    const second = objectOf(
      await client.post("/conversations/search", { ...question, pagination: { per_page: 50, starting_after: cursor } }),
    );
    assert.equal(seen(second)[0], seen(page).at(-1), "the last of page 1 has moved to page 2");
    const again = objectOf(await client.post("/conversations/search", question));
    assert.equal(seen(again)[0], last, "what changed has moved to the front, behind the reader");
  });

  test("a search may lag behind, the conversation itself does not", async (t) => {
    const fake = await startedFor(t, { conversations: 100, searchLagSeconds: 60 });
    const client = new FakeClient(fake);
    fake.advance(3600);
    const id = fake.world.change.addConversation({ contactId: "66a000000000000000000000", words: "Hello" });
    const find = (): Promise<readonly JsonObject[]> =>
      client.searchAll("/conversations/search", "conversations", { field: "id", operator: "=", value: id });
    assert.deepEqual(await find(), []);
    assert.equal((await client.get(`/conversations/${id}`)).status, 200);
    fake.advance(61);
    assert.deepEqual(idsOf(await find()), [id]);
  });
});
