import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at, type JsonObject, objectsIn, parseObject, textOf } from "../../json.ts";
import { fromBytes } from "../../json-text.ts";
import { GeneratedWorld } from "../generated-world.ts";
import { ticketStateOf, ticketTypeOf } from "./catalog.ts";
import type { TicketEvent } from "./events.ts";

const worlds = [false, true].map(
  (isWhole, seed) => new GeneratedWorld({ seed, conversations: 1200, tickets: 800, isWhole, now: () => 0 }),
);

function payloadOf(world: GeneratedWorld, id: string): JsonObject {
  const text = world.tickets.retrieve(id);
  assert.ok(text !== null, id);
  return parseObject(fromBytes(text.bytes));
}

/** Calls `check` for each ticket that exists, with its log and its payload. */
function forEach(
  check: (log: readonly TicketEvent[], payload: JsonObject, id: string, world: GeneratedWorld) => void,
): void {
  for (const world of worlds)
    for (const id of world.ticketIds()) check(world.ticketEvents(id) ?? [], payloadOf(world, id), id, world);
}

describe("a ticket's event log and the payload made of it agree", () => {
  test("times, number, type, contact", () => {
    forEach((log, payload, id) => {
      const [created] = log;
      assert.ok(created?.kind === "created", id);
      assert.equal(payload["id"], id);
      assert.equal(payload["ticket_id"], created.inboxNumber, id);
      assert.equal(payload["category"], created.category, id);
      assert.equal(at(payload, "ticket_type.id"), created.typeId, id);
      assert.equal(payload["created_at"], created.at, id);
      assert.equal(payload["updated_at"], log.at(-1)?.at, id);
      const contacts = objectsIn(at(payload, "contacts.contacts")).map((contact) => contact["id"]);
      assert.deepEqual(contacts, created.contactId === null ? [] : [created.contactId], id);
      for (const [index, event] of log.entries()) assert.ok(index === 0 || event.at >= (log[index - 1]?.at ?? 0), id);
    });
  });

  test("states follow one another, and the last one is the payload's", () => {
    forEach((log, payload, id) => {
      const [created] = log;
      let state = created?.kind === "created" ? created.stateId : "";
      let isOpen = true;
      for (const event of log) {
        if (event.kind === "closed" || (event.kind === "touched" && event.closes)) isOpen = false;
        if (event.kind === "reopened") isOpen = true;
        if (event.kind !== "ticket_state_changed") continue;
        assert.equal(event.fromStateId, state, id);
        assert.equal(event.from, ticketStateOf(state).category, id);
        state = event.toStateId;
        if (event.from === "resolved" || event.to === "resolved") isOpen = event.to !== "resolved";
      }
      assert.equal(at(payload, "ticket_state.id"), state, id);
      assert.equal(payload["open"], isOpen, id);
    });
  });

  test("parts, the latest 500 in order, with what was said, which state and who did it", () => {
    forEach((log, payload, id) => {
      const redacted = new Set(log.flatMap((event) => (event.kind === "redacted" ? [event.partId] : [])));
      const parts = new Map<string, TicketEvent[]>();
      for (const event of log) {
        if (!("partId" in event) || event.kind === "redacted") continue;
        parts.set(event.partId, [...(parts.get(event.partId) ?? []), event]);
      }
      const shown = objectsIn(at(payload, "ticket_parts.ticket_parts"));
      assert.equal(at(payload, "ticket_parts.total_count"), parts.size, id);
      assert.deepEqual(
        shown.map((part) => part["id"]),
        [...parts.keys()].slice(-500),
        id,
      );
      for (const part of shown) {
        const sides = parts.get(textOf(part["id"]) ?? "") ?? [];
        assert.equal(part["redacted"], redacted.has(String(part["id"])), id);
        assert.equal(at(part, "author.id"), sides[0]?.actor.id, id);
        const said = sides.find((event) => event.kind === "message" || event.kind === "note");
        const hasText = said !== undefined && "text" in said && said.text !== null;
        assert.equal(part["body"] !== undefined, hasText || part["redacted"] === true, id);
        const change = sides.find((event) => event.kind === "ticket_state_changed");
        assert.equal(part["ticket_state"], change?.to, id);
        assert.equal(part["previous_ticket_state"], change?.from, id);
        if (change !== undefined) assert.equal(part["part_type"], `ticket_state_updated_by_${change.by}`, id);
        const set = sides.find((event) => event.kind === "ticket_attribute_set");
        assert.equal(at(part, "updated_attribute_data.attribute.label"), set?.name, id);
      }
    });
  });

  test("attributes are the first values and what was set since", () => {
    forEach((log, payload, id) => {
      const [created] = log;
      assert.ok(created?.kind === "created");
      const values = new Map(Object.entries(created.attributes));
      for (const event of log) if (event.kind === "ticket_attribute_set") values.set(event.name, event.value);
      const files = new Set(
        ticketTypeOf(created.typeId)
          .attributes.filter((attribute) => attribute.type === "files")
          .map((attribute) => attribute.name),
      );
      for (const [name, value] of values) {
        const shown = (payload["ticket_attributes"] as JsonObject)[name];
        if (files.has(name) && value !== null) assert.equal(at(shown, "type"), "upload", id);
        else assert.equal(shown, value, id);
      }
    });
  });

  test("links stand on both sides, a thousand of them at most", () => {
    forEach((log, payload, id, world) => {
      const linked = new Set<string>();
      for (const event of log) if (event.kind === "linked") linked.add(event.conversationId);
      const converted = log.find((event) => event.kind === "converted");
      const shown = objectsIn(at(payload, "linked_objects.data")).map((each) => String(each["id"]));
      const others = shown.filter((each) => each !== converted?.conversationId);
      assert.deepEqual(others, [...linked].slice(0, 1000), id);
      for (const conversationId of [...linked].slice(0, 20)) {
        const conversation = world.conversation(conversationId, false);
        if (conversation === null) continue;
        const back = objectsIn(at(conversation, "linked_objects.data")).find((each) => each["id"] === id);
        assert.equal(back?.["category"], payload["category"], id);
      }
    });
  });

  test("every link of a conversation is in the ticket's log", () => {
    for (const world of worlds) {
      let links = 0;
      for (const id of world.conversationIds()) {
        for (const event of world.events(id) ?? []) {
          if (event.kind !== "ticket_linked") continue;
          links++;
          const log = world.ticketEvents(event.ticketId) ?? [];
          assert.ok(
            log.some((each) => each.kind === "linked" && each.conversationId === id && each.at === event.at),
            id,
          );
        }
      }
      assert.ok(links > 200, `${links} links`);
    }
  });

  test("a converted conversation keeps its creation and its comments, and each side names the other", () => {
    let conversions = 0;
    forEach((log, payload, id, world) => {
      const converted = log.find((event) => event.kind === "converted");
      if (converted === undefined) return;
      conversions++;
      const conversation = world.conversation(converted.conversationId, false) ?? {};
      assert.equal(conversation["created_at"], payload["created_at"], id);
      assert.equal(conversation["updated_at"], payload["updated_at"], id);
      assert.equal(textOf(at(conversation, "ticket.id")), id);
      assert.equal(at(conversation, "ticket.state"), at(payload, "ticket_state.category"), id);
      const itsLog = world.events(converted.conversationId) ?? [];
      const texts = (events: readonly { readonly kind: string }[]): number =>
        events.filter((event) => event.kind === "message").length;
      // The opening message is a part of the ticket.
      assert.equal(texts(log), texts(itsLog) + 1, id);
    });
    assert.ok(conversions > 200, `${conversions} conversions`);
  });
});
