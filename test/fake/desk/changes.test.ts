import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeClient, idsOf, objectOf, partsOf } from "../intercom/client.ts";
import { startedFor } from "../intercom/started.ts";
import { at, type JsonObject, objectsIn } from "../json.ts";
import { GeneratedWorld } from "./generated-world.ts";

const CONTACT = "66a000000000000000000000";

/** A desk, an hour later, and one new conversation in it. */
function desk(): { readonly world: GeneratedWorld; readonly id: string; readonly look: () => JsonObject } {
  const world = new GeneratedWorld({ conversations: 100, now: () => 0 });
  world.advance(3600);
  const id = world.change.addConversation({ contactId: CONTACT, words: "Hello, is anybody there?" });
  return { world, id, look: () => world.conversation(id, false) ?? {} };
}

describe("changes made by tests", () => {
  test("a conversation begins now, and everything after bumps updated_at", () => {
    const { world, id, look } = desk();
    assert.equal(look()["created_at"], world.clock());
    for (const change of [
      () => world.change.customerReplies(id, "Hello?"),
      () => world.change.teammateReplies(id, "Yes!"),
      () => world.change.note(id, "A nice one"),
      () => world.change.rate(id, 4),
      () => world.change.tag([id], "VIP"),
      () => world.change.untag([id], "VIP"),
      () => world.change.redact(id),
      () => world.change.snooze(id, 600),
      () => world.change.close(id, "Bye"),
      () => world.change.reopen(id),
    ]) {
      world.advance(100);
      change();
      assert.equal(look()["updated_at"], world.clock());
    }
  });

  test("closed without a part, with and without a record of it, and opened again", () => {
    const { world, id, look } = desk();
    world.change.teammateReplies(id, "Hello!");
    for (const isRecorded of [false, true]) {
      world.advance(3600);
      world.change.closeUnseen(id, isRecorded);
      assert.equal(look()["state"], "closed");
      assert.equal(look()["updated_at"], world.clock());
      assert.equal(at(look(), "statistics.last_close_at"), isRecorded ? world.clock() : null);
      assert.throws(() => world.change.closeUnseen(id, isRecorded), /is closed already/);
      world.advance(3600);
      world.change.customerReplies(id, "And now?");
    }
    const parts = partsOf(look()).map((part) => `${part["part_type"]} ${part["state"]}`);
    assert.deepEqual(parts, ["comment open", "open open", "open open"]);
  });

  test("closed, reopened in each way, and what the parts are then", () => {
    const { world, id, look } = desk();
    world.change.close(id);
    world.change.customerReplies(id, "Still there?");
    world.change.close(id, "Bye");
    world.change.customerReplies(id, "One more thing", { asComment: true });
    world.change.close(id);
    world.change.reopen(id, "assign_and_reopen", "Wait");
    world.change.close(id);
    world.change.reopen(id, "note_and_reopen", "Not done");
    const parts = partsOf(look()).map((part) => `${part["part_type"]} ${part["state"]} ${part["body"] ?? "-"}`);
    assert.deepEqual(parts, [
      "close closed -",
      "open open <p>Still there?</p>",
      "close closed <p>Bye</p>",
      "comment open <p>One more thing</p>",
      "close closed -",
      "assign_and_reopen open <p>Wait</p>",
      "close closed -",
      "note_and_reopen open <p>Not done</p>",
    ]);
    assert.equal(at(look(), "statistics.count_reopens"), 4);
    assert.throws(() => world.change.reopen(id), /is open, not closed/);
  });

  test("a rating can be given and given again", () => {
    const { world, id, look } = desk();
    world.change.rate(id, 2, "Slow");
    world.change.rate(id, 5);
    assert.deepEqual([at(look(), "conversation_rating.rating"), at(look(), "conversation_rating.remark")], [5, null]);
  });

  test("redaction replaces a body and keeps the part", () => {
    const { world, id, look } = desk();
    const part = world.change.customerReplies(id, "My card number is …");
    world.change.redact(id, part);
    world.change.redact(id);
    assert.equal(partsOf(look())[0]?.["redacted"], true);
    assert.ok(!JSON.stringify(look()).includes("card number"));
    assert.equal(at(look(), "source.redacted"), true);
    assert.ok(!JSON.stringify(look()).includes("anybody"));
  });

  test("bulk tagging leaves hundreds with one updated_at", () => {
    const { world } = desk();
    const ids = [...world.conversationIds()];
    world.change.tag(ids, 'a "new, tag"');
    const times = new Set(ids.map((id) => world.conversation(id, false)?.["updated_at"]));
    assert.deepEqual([...times], [world.clock()]);
    assert.ok(world.tags().some((tag) => tag["name"] === 'a "new, tag"'));
  });

  test("deleted conversations are gone from lists and search, and back when restored", async (t) => {
    const { world, id } = desk();
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const found = async (): Promise<readonly string[]> =>
      idsOf(
        await client.searchAll("/conversations/search", "conversations", { field: "id", operator: "=", value: id }),
      );
    world.change.delete(id);
    assert.equal((await client.get(`/conversations/${id}`)).status, 404);
    assert.deepEqual(await found(), []);
    const [first] = objectsIn((await client.object("/conversations/deleted"))["conversations"]);
    assert.deepEqual([first?.["id"], first?.["deleted_at"]], [id, world.clock()]);
    world.change.restore(id);
    assert.deepEqual(await found(), [id]);
    assert.ok(!idsOf(objectsIn((await client.object("/conversations/deleted"))["conversations"])).includes(id));
  });

  test("a conversation that a test has touched leaves its planned way, the others go on", () => {
    const touched = new GeneratedWorld({ conversations: 300, now: () => 0 });
    const left = new GeneratedWorld({ conversations: 300, now: () => 0 });
    left.advance(20 * 86400);
    const [id = ""] = [...touched.conversationIds()].filter(
      (each) => (left.events(each)?.length ?? 0) > (touched.events(each)?.length ?? 0),
    );
    const before = touched.events(id) ?? [];
    touched.change.note(id, "Mine now");
    touched.advance(20 * 86400);
    assert.deepEqual(touched.events(id)?.slice(0, -1), before);
    assert.equal(touched.events(id)?.at(-1)?.kind, "note");
    const others = [...left.conversationIds()].filter((each) => each !== id);
    for (const other of others) assert.deepEqual(touched.events(other), left.events(other));
  });

  test("deleted and merged contacts are gone; a merge takes the conversations along", async (t) => {
    const { world, id } = desk();
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const other = world.change.addContact({ email: "other@example.com" });
    world.change.mergeContacts(CONTACT, other);
    assert.equal((await client.get(`/contacts/${CONTACT}`)).status, 410);
    const conversation = await client.object(`/conversations/${id}`);
    assert.deepEqual(idsOf(objectsIn(at(conversation, "contacts.contacts"))), [other]);
    assert.equal(conversation["updated_at"], world.clock());
    assert.deepEqual(world.contactsOf(id), [
      { contactId: other, email: "other@example.com", isDeleted: false, companyIds: [] },
    ]);
    world.change.changeEmail(other, "moved@example.com");
    assert.equal((await client.object(`/contacts/${other}`))["email"], "moved@example.com");
    world.change.deleteContact(other);
    assert.equal((await client.get(`/contacts/${other}`)).status, 404);
    const all = await client.searchAll("/contacts/search", "data", {
      field: "role",
      operator: "IN",
      value: ["user", "lead"],
    });
    assert.ok(!idsOf(all).includes(other) && !idsOf(all).includes(CONTACT));
    assert.deepEqual(world.contactsOf(id), [{ contactId: other, email: null, isDeleted: true, companyIds: [] }]);
  });

  test("a thread of 900 parts, emoji, other scripts, script tags, an id without quotes", async (t) => {
    const { world } = desk();
    const words = { plain: "שלום 👋 <b>", html: '<p dir="rtl">שלום 👋 &lt;b&gt;</p><script>alert(1)</script>' };
    const id = world.change.addConversation({ contactId: CONTACT, words, hasUnquotedId: true });
    world.change.writeMany(id, 900);
    const fake = await startedFor(t, { world });
    const reply = await new FakeClient(fake).get(`/conversations/${id}`);
    assert.ok(reply.text.includes(`"id":${id},`) && Number(id) > Number.MAX_SAFE_INTEGER);
    assert.ok(reply.text.includes("<script>alert(1)</script>"));
    assert.equal(partsOf(objectOf(reply)).length, 500);
    assert.equal(at(objectOf(reply), "conversation_parts.total_count"), 900);
    assert.deepEqual(world.events(id)?.[0]?.kind === "opened" && world.events(id)?.[0], {
      kind: "opened",
      at: world.clock(),
      actor: { kind: "customer", id: CONTACT },
      sourceId: "410000400000100000",
      channel: "conversation",
      text: words.plain,
      attachments: 0,
    });
  });

  test("a change is stamped by the server's clock, which a reader may have seen", () => {
    let realMs = 0;
    const world = new GeneratedWorld({ conversations: 100, now: () => realMs });
    realMs = 25_000;
    const [id = ""] = world.conversationIds();
    world.change.note(id, "Now");
    assert.equal(world.conversation(id, false)?.["updated_at"], Math.floor(world.time.serverNowMs() / 1000));
  });
});
