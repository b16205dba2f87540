import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeClient, idsOf, objectOf } from "../../intercom/client.ts";
import { assertPlanned, startedFor } from "../../intercom/started.ts";
import { at, isObject, type JsonObject, objectsIn } from "../../json.ts";
import { GeneratedWorld } from "../generated-world.ts";

const CONTACT = "66a000000000000000000000";

function desk(options: { readonly ticketsShareIds?: boolean } = {}): GeneratedWorld {
  const world = new GeneratedWorld({ conversations: 200, tickets: 120, now: () => 0, ...options });
  world.advance(3600);
  return world;
}

describe("changes of tickets made by tests", () => {
  test("a ticket begins now, and everything after moves updated_at", async (t) => {
    const world = desk();
    const { changeTickets } = world;
    const id = changeTickets.add({ category: "Customer", contactId: CONTACT, title: "It is broken" });
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const look = (): Promise<JsonObject> => client.object(`/tickets/${id}`);
    assert.equal((await look())["created_at"], world.clock());
    for (const change of [
      () => changeTickets.teammateReplies(id, "Let me see"),
      () => changeTickets.note(id, "An odd one"),
      () => changeTickets.setState(id, "waiting_on_customer"),
      () => changeTickets.customerReplies(id, "Well?"),
      () => changeTickets.setState(id, "in_progress", "user"),
      () => changeTickets.setAttribute(id, "Severity", "High"),
      () => changeTickets.setState(id, "resolved", "workflow"),
      () => changeTickets.setState(id, "in_progress"),
    ]) {
      world.advance(100);
      change();
      assert.equal((await look())["updated_at"], world.clock());
    }
    const parts = objectsIn(at(await look(), "ticket_parts.ticket_parts")).map(
      (part) => `${part["part_type"]} ${part["previous_ticket_state"] ?? "-"} ${part["ticket_state"] ?? "-"}`,
    );
    assert.deepEqual(parts, [
      "ticket_state_updated_by_user submitted submitted",
      "comment - -",
      "note - -",
      "ticket_state_updated_by_admin submitted waiting_on_customer",
      "comment - -",
      "ticket_state_updated_by_user waiting_on_customer in_progress",
      "ticket_attribute_updated_by_admin - -",
      "ticket_state_updated_by_workflow in_progress resolved",
      "ticket_state_updated_by_admin resolved in_progress",
    ]);
    assertPlanned(fake);
  });

  test("deleted is 404 and out of the search; restored is back", async (t) => {
    const world = desk();
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const [id = ""] = [...world.ticketIds()];
    const found = async (): Promise<readonly string[]> =>
      idsOf(await client.searchAll("/tickets/search", "tickets", { field: "id", operator: "=", value: id }));
    assert.deepEqual(await found(), [id]);
    world.changeTickets.delete(id);
    assert.equal((await client.get(`/tickets/${id}`)).status, 404);
    const other = await startedFor(t, { world, notFoundIsHtml: true });
    const page = await new FakeClient(other).get(`/tickets/${id}`);
    assert.deepEqual([page.status, page.headers.get("content-type")], [404, "text/html"]);
    assert.deepEqual(await found(), []);
    world.changeTickets.restore(id);
    assert.deepEqual(await found(), [id]);
  });

  test("1,200 conversations linked to one tracker, and one unlinked", () => {
    const world = new GeneratedWorld({ conversations: 1500, tickets: 50, now: () => 0 });
    const id = world.changeTickets.add({ category: "Tracker", title: "The sync is down" });
    const conversations = [...world.conversationIds()].slice(0, 1200);
    world.changeTickets.link(id, conversations);
    const [first = ""] = conversations;
    world.changeTickets.unlink(id, [first]);
    const ticket = JSON.parse(world.tickets.retrieve(id)?.bytes ?? "{}");
    assert.equal(at(ticket, "linked_objects.total_count"), 1199);
    assert.equal(at(ticket, "linked_objects.has_more"), true);
    const links = (conversation: string): readonly JsonObject[] =>
      objectsIn(at(world.conversation(conversation, false) ?? {}, "linked_objects.data")).filter(
        (each) => each["id"] === id,
      );
    assert.deepEqual(links(first), []);
    assert.deepEqual(links(conversations[1] ?? ""), [{ type: "ticket", id, category: "Tracker" }]);
  });

  for (const ticketsShareIds of [false, true]) {
    test(`a conversation becomes a ticket, ${ticketsShareIds ? "and keeps its id" : "with an id of its own"}`, () => {
      const world = desk({ ticketsShareIds });
      const conversation = world.change.addConversation({ contactId: CONTACT, words: "Where is my refund?" });
      world.change.teammateReplies(conversation, "Coming");
      const createdAt = world.clock();
      world.advance(600);
      const id = world.changeTickets.convert(conversation);
      assert.equal(id === conversation, ticketsShareIds);
      world.advance(600);
      world.changeTickets.setState(id, "resolved");
      const ticket = JSON.parse(world.tickets.retrieve(id)?.bytes ?? "{}");
      assert.deepEqual([ticket.id, ticket.created_at, ticket.updated_at], [id, createdAt, world.clock()]);
      assert.deepEqual(
        objectsIn(at(ticket, "ticket_parts.ticket_parts")).map((part) => part["part_type"]),
        ["comment", "comment", "ticket_state_updated_by_admin", "ticket_state_updated_by_admin"],
      );
      const shown = world.conversation(conversation, false) ?? {};
      assert.equal(at(shown, "ticket.state"), "resolved");
      assert.equal(shown["updated_at"], world.clock());
      assert.throws(() => world.changeTickets.convert(conversation), /is a ticket/);
    });
  }

  test("shared ids: every converted ticket is found under its conversation's id", () => {
    const world = desk({ ticketsShareIds: true });
    let shared = 0;
    for (const id of world.ticketIds()) {
      const log = world.ticketEvents(id) ?? [];
      const converted = log.find((event) => event.kind === "converted");
      assert.equal(converted === undefined ? null : id, converted?.conversationId ?? null);
      if (converted !== undefined) shared++;
      assert.ok(world.tickets.retrieve(id) !== null, id);
    }
    assert.ok(shared > 20, `${shared} shared`);
  });

  test("a ticket that a test has touched keeps its past; planned links still come", () => {
    const world = new GeneratedWorld({ conversations: 2000, tickets: 1000, now: () => 0 });
    const tracker = [...world.ticketIds()].findLast((each) => {
      const [created] = world.ticketEvents(each) ?? [];
      return created?.kind === "created" && created.category === "Tracker";
    });
    assert.ok(tracker !== undefined);
    const before = world.ticketEvents(tracker) ?? [];
    world.changeTickets.note(tracker, "Mine now");
    assert.deepEqual(world.ticketEvents(tracker)?.slice(0, -1), before);
    world.advance(10 * 86400);
    const kinds = new Set(
      world
        .ticketEvents(tracker)
        ?.slice(before.length + 1)
        .map((event) => event.kind),
    );
    assert.deepEqual([...kinds], ["linked"]);
  });

  test("a conversation that becomes a ticket after its contact was merged is a ticket of the contact that is left", () => {
    const world = desk({ ticketsShareIds: true });
    const isConvertible = (id: string): boolean =>
      world.events(id)?.every(({ kind }) => kind !== "converted" && kind !== "deleted") === true;
    const conversation = [...world.conversationIds()].find(isConvertible) ?? "";
    const opened = world.events(conversation)?.[0];
    assert.ok(opened?.kind === "opened" && opened.actor.kind === "customer");
    world.change.mergeContacts(opened.actor.id, "66a000000000000000000001");
    const ticket = world.changeTickets.convert(conversation);
    const created = world.ticketEvents(ticket)?.[0];
    assert.equal(created?.kind === "created" && created.contactId, "66a000000000000000000001");
  });

  test("a merged contact's tickets are the other's", async (t) => {
    const world = desk();
    const id = [...world.ticketIds()].find((each) => {
      const log = world.ticketEvents(each) ?? [];
      return (
        log[0]?.kind === "created" && log[0].contactId !== null && !log.some((event) => event.kind === "converted")
      );
    });
    const [created] = world.ticketEvents(id ?? "") ?? [];
    assert.ok(id !== undefined && created?.kind === "created" && created.contactId !== null);
    const into = world.change.addContact({ email: "other@example.com" });
    world.change.mergeContacts(created.contactId, into);
    const fake = await startedFor(t, { world });
    const ticket = await new FakeClient(fake).object(`/tickets/${id}`);
    assert.deepEqual(idsOf(objectsIn(at(ticket, "contacts.contacts"))), [into]);
  });
});

describe("a token that may not read tickets", () => {
  test("is refused at tickets, and is not told of conversations that are tickets", async (t) => {
    const world = desk();
    const all = await startedFor(t, { world });
    const some = await startedFor(t, { world, scopes: ["conversations"] });
    const query = { field: "created_at", operator: ">", value: 0 };
    const everything = await new FakeClient(all).searchAll("/conversations/search", "conversations", query);
    const client = new FakeClient(some);
    const told = new Set(idsOf(await client.searchAll("/conversations/search", "conversations", query)));
    const tickets = everything.filter((conversation) => isObject(conversation["ticket"]));
    assert.ok(tickets.length > 20, `${tickets.length} tickets`);
    assert.equal(told.size, everything.length - tickets.length);
    const listed = await client.object("/conversations");
    assert.equal(listed["total_count"], told.size);
    for (const [index, conversation] of everything.entries()) {
      if (index % 5 > 0) continue;
      const isTicket = isObject(conversation["ticket"]);
      assert.equal((await client.get(`/conversations/${conversation["id"]}`)).status, isTicket ? 404 : 200);
    }
    for (const reply of [
      await client.post("/tickets/search", { query }),
      await client.get(`/tickets/${[...world.ticketIds()][0]}`),
      await client.get("/ticket_types"),
      await client.get("/ticket_states"),
    ])
      assert.equal(reply.status, 403);
    assertPlanned(some);
  });
});

describe("the search of tickets", () => {
  const query = { field: "created_at", operator: ">", value: 0 };

  test("gives twenty a page unless told, and every ticket once", async (t) => {
    const world = desk();
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const first = objectOf(await client.post("/tickets/search", { query }));
    assert.equal(objectsIn(first["tickets"]).length, 20);
    const all = idsOf(await client.searchAll("/tickets/search", "tickets", query, 33));
    assert.deepEqual(all.toSorted(), [...world.ticketIds()].toSorted());
    assertPlanned(fake);
  });

  test("gives whole tickets, or as many parts as the server was told", async (t) => {
    const world = desk();
    const [whole, cut] = [await startedFor(t, { world }), await startedFor(t, { world, ticketSearchPartsMax: 3 })];
    const partsOf = (ticket: JsonObject): readonly JsonObject[] => objectsIn(at(ticket, "ticket_parts.ticket_parts"));
    for (const ticket of await new FakeClient(whole).searchAll("/tickets/search", "tickets", query))
      assert.deepEqual(ticket, await new FakeClient(cut).object(`/tickets/${ticket["id"]}`));
    for (const ticket of await new FakeClient(cut).searchAll("/tickets/search", "tickets", query)) {
      const complete = await new FakeClient(cut).object(`/tickets/${ticket["id"]}`);
      assert.deepEqual(partsOf(ticket), partsOf(complete).slice(-3));
      assert.equal(at(ticket, "ticket_parts.total_count"), at(complete, "ticket_parts.total_count"));
    }
  });

  test("by every documented field", async (t) => {
    const world = desk();
    const client = new FakeClient(await startedFor(t, { world }));
    const all = await client.searchAll("/tickets/search", "tickets", query);
    const check = async (filter: object, isMatch: (ticket: JsonObject) => boolean): Promise<void> => {
      const found = idsOf(await client.searchAll("/tickets/search", "tickets", filter));
      const expected = idsOf(all.filter(isMatch));
      assert.deepEqual(found.toSorted(), expected.toSorted(), JSON.stringify(filter));
      assert.ok(expected.length > 0 && expected.length < all.length, JSON.stringify(filter));
    };
    const field = (name: string, operator: string, value: unknown): object => ({ field: name, operator, value });
    const middle = Number(all[60]?.["created_at"]);
    await check(field("created_at", ">=", middle), (ticket) => Number(ticket["created_at"]) >= middle);
    await check(field("created_at", "<=", middle), (ticket) => Number(ticket["created_at"]) <= middle);
    await check(field("updated_at", ">", middle), (ticket) => Number(ticket["updated_at"]) >= middle);
    await check(field("category", "=", "request"), (ticket) => ticket["category"] === "Customer");
    await check(field("category", "IN", ["task", "tracker"]), (ticket) => ticket["category"] !== "Customer");
    await check(field("ticket_type_id", "=", "3101"), (ticket) => at(ticket, "ticket_type.id") === "3101");
    await check(field("open", "=", true), (ticket) => ticket["open"] === true);
    await check(field("state", "=", "resolved"), (ticket) => at(ticket, "ticket_state.category") === "resolved");
    await check(field("team_assignee_id", "=", "5017001"), (ticket) => ticket["team_assignee_id"] === 5017001);
    await check(
      field("ticket_attribute.5102", "=", "High"),
      (ticket) => at(ticket, "ticket_attributes.Severity") === "High",
    );
    await check(field("title", "~", "invoice"), (ticket) =>
      String(at(ticket, "ticket_attributes._default_title_")).toLowerCase().includes("invoice"),
    );
    const contact =
      idsOf(objectsIn(at(all[0], "contacts.contacts")))[0] ?? idsOf(objectsIn(at(all[1], "contacts.contacts")))[0];
    await check(field("contact_ids", "=", contact), (ticket) =>
      idsOf(objectsIn(at(ticket, "contacts.contacts"))).includes(contact ?? ""),
    );
    assert.equal((await client.post("/tickets/search", { query: field("updated_at", ">=", 5) })).status, 400);
    assert.equal((await client.post("/tickets/search", { query: field("ticket_id", "=", "5") })).status, 400);
  });
});
