import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeClient, idsOf } from "../../intercom/client.ts";
import { assertPlanned, startedFor } from "../../intercom/started.ts";
import { at, isObject, objectsIn, textOf } from "../../json.ts";
import { GeneratedWorld } from "../generated-world.ts";

const QUERY = { field: "created_at", operator: ">", value: 0 };

function desk(): GeneratedWorld {
  return new GeneratedWorld({
    conversations: 300,
    tickets: 200,
    ticketsShareIds: true,
    ticketsAreConversations: true,
    now: () => 0,
  });
}

describe("a workspace whose tickets are conversations as well", () => {
  test("finds each ticket of its own among the conversations, under its id, with its parts", async (t) => {
    const world = desk();
    world.changeTickets.add({ category: "Tracker", title: "The sync is down" });
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const found = await client.searchAll("/conversations/search", "conversations", QUERY);
    const tickets = new Map(found.filter((each) => isObject(each["ticket"])).map((each) => [textOf(each["id"]), each]));
    assert.deepEqual([...tickets.keys()].toSorted(), [...world.ticketIds()].toSorted());
    const categories = new Set<unknown>();
    for (const id of world.ticketIds()) {
      const ticket = await client.object(`/tickets/${id}`);
      const conversation = await client.object(`/conversations/${id}`);
      categories.add(at(conversation, "custom_attributes.Ticket category"));
      assert.equal(conversation["updated_at"], ticket["updated_at"], id);
      assert.equal(conversation["open"], ticket["open"], id);
      assert.equal(textOf(at(conversation, "ticket.id")), id);
      const total = Number(at(ticket, "ticket_parts.total_count"));
      const isConverted = (world.events(id) ?? []).some((event) => event.kind === "converted");
      // The opening message of a conversation is no part of it, but one of its ticket.
      assert.equal(at(conversation, "conversation_parts.total_count"), isConverted ? total - 1 : total, id);
    }
    assert.deepEqual([...categories].sort(), ["Back-office ticket", "Customer ticket", "Tracker ticket"]);
    const others = idsOf(found).filter((id) => !tickets.has(id));
    assert.equal(others.length + tickets.size, found.length);
    assertPlanned(fake);
  });

  test("tells none of them to a token that may not read tickets", async (t) => {
    const fake = await startedFor(t, { world: desk(), scopes: ["conversations"] });
    const client = new FakeClient(fake);
    const found = await client.searchAll("/conversations/search", "conversations", QUERY);
    assert.ok(found.length > 100 && found.every((each) => each["ticket"] === null));
    for (const id of [...fake.world.ticketIds()].slice(0, 20))
      assert.equal((await client.get(`/conversations/${id}`)).status, 404);
  });

  test("forgets a deleted one on both sides", () => {
    const world = desk();
    const id = world.changeTickets.add({ category: "Back-office", title: "Check the ledger" });
    assert.equal(objectsIn(at(world.conversation(id, false) ?? {}, "conversation_parts.conversation_parts")).length, 1);
    world.changeTickets.delete(id);
    assert.equal(world.conversation(id, false), null);
    assert.equal(world.tickets.retrieve(id), null);
  });
});
