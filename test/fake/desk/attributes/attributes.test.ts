import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { partsOf } from "../../intercom/client.ts";
import { at, isObject, type JsonObject, objectsIn } from "../../json.ts";
import type { ConversationEvent } from "../events.ts";
import { GeneratedWorld } from "../generated-world.ts";
import { EVERYTHING } from "../world.ts";

const CONTACT = "66a000000000000000000000";
const COMMON = ["Language", "Copilot"];
const world = new GeneratedWorld({ conversations: 1000, isWhole: true, now: () => 0 });
const ids = [...world.conversationIds()];

function attributesOf(payload: JsonObject): JsonObject {
  const attributes = payload["custom_attributes"];
  assert.ok(isObject(attributes));
  return attributes;
}

describe("attributes of conversations", () => {
  test("the payload has what the log set last, and nothing of what it emptied", () => {
    const kinds = new Set<string>();
    for (const id of ids) {
      const values = new Map<string, unknown>();
      for (const event of world.events(id) ?? []) {
        if (event.kind !== "attribute_set") continue;
        kinds.add(`${event.name}: ${typeof event.value}`);
        if (event.value === null) values.delete(event.name);
        else values.set(event.name, event.value);
      }
      const shown = Object.entries(attributesOf(world.conversation(id, false) ?? {}));
      const own = shown.filter(([name]) => !COMMON.includes(name) && name !== "Merged");
      assert.deepEqual(Object.fromEntries(own), Object.fromEntries(values), id);
    }
    for (const wanted of [
      "Plan: string",
      "plan: string",
      "Is VIP?: boolean",
      "Order value, €: number",
      "CX Score rating: number",
    ])
      assert.ok(kinds.has(wanted), wanted);
  });

  test("a part tells of an attribute that a teammate, a customer or a workflow set", () => {
    const types = new Set<unknown>();
    for (const id of ids) {
      const parts = new Map(partsOf(world.conversation(id, false) ?? {}).map((part) => [part["id"], part]));
      for (const event of world.events(id) ?? []) {
        const part = event.kind === "attribute_set" ? parts.get(event.partId ?? "") : undefined;
        if (event.kind !== "attribute_set" || part === undefined) continue;
        types.add(part["part_type"]);
        assert.equal(at(part, "event_details.attribute.name"), event.name, id);
        assert.equal(at(part, "event_details.value.name"), String(event.value ?? ""), id);
      }
    }
    assert.deepEqual([...types].sort(), [
      "conversation_attribute_updated_by_admin",
      "conversation_attribute_updated_by_user",
      "conversation_attribute_updated_by_workflow",
    ]);
  });

  test("names are long, dotted, spaced, and alike except their case", () => {
    const names = world.conversationAttributes(true).map((attribute) => String(attribute["name"]));
    assert.ok(names.some((name) => name.length > 64));
    assert.ok(names.includes("Plan") && names.includes("plan"));
    assert.equal(world.conversationAttributes(false).length, names.length - 1);
  });

  test("a test may set one", () => {
    const id = world.change.addConversation({ contactId: CONTACT, words: "Hello" });
    world.change.setAttribute(id, "Plan", "Scale");
    world.change.setAttribute(id, "Seats", 12);
    world.change.setAttribute(id, "Plan", null);
    const payload = world.conversation(id, false) ?? {};
    assert.deepEqual(attributesOf(payload), { Language: "English", Copilot: 0, Seats: 12 });
    assert.deepEqual(
      partsOf(payload).map((part) => [at(part, "event_details.value.name"), at(part, "event_details.value.previous")]),
      [
        ["Scale", null],
        ["12", null],
        ["", "Scale"],
      ],
    );
  });
});

describe("attributes of contacts and companies", () => {
  test("are there, typed, and change when the record does", () => {
    const names = new Set<string>();
    world.contacts.select(EVERYTHING, world.clock(), (key) => {
      for (const [name, value] of Object.entries(attributesOf(world.contacts.render(key, world.clock()))))
        names.add(`${name}: ${typeof value}`);
    });
    for (const key of world.companies.keys(false))
      for (const [name, value] of Object.entries(attributesOf(world.companies.render(key))))
        names.add(`${name}: ${typeof value}`);
    for (const wanted of ["job_role: string", "Job_Role: string", "is.beta tester: boolean", "contract.value: number"])
      assert.ok(names.has(wanted), wanted);
    const defined = world.dataAttributes(null, true).map((attribute) => attribute["name"]);
    for (const name of names) assert.ok(defined.includes(name.split(": ")[0]), name);
  });
});

describe("merged conversations", () => {
  const merges = ids.flatMap((id) =>
    (world.events(id) ?? []).flatMap((event) => (event.kind === "merged_into" ? [{ id, event }] : [])),
  );

  test("the second one is closed without a close; both tell of it in the same second, and share their contact", () => {
    assert.ok(merges.length > 8, `${merges.length} merges`);
    let linked = 0;
    for (const { id, event } of merges) {
      const log = world.events(id) ?? [];
      const after = log.filter((each) => each.at > event.at).map((each) => each.kind);
      assert.deepEqual(
        after.filter((kind) => kind !== "attribute_set" && kind !== "deleted"),
        [],
        id,
      );
      const back = (world.events(event.primaryId) ?? []).find(
        (each): each is Extract<ConversationEvent, { kind: "merged_from" }> => each.kind === "merged_from",
      );
      assert.deepEqual([back?.secondaryId, back?.at], [id, event.at]);
      assert.equal(world.contactsOf(id)[0]?.contactId, world.contactsOf(event.primaryId)[0]?.contactId);
      const [secondary, primary] = [
        world.conversation(id, false) ?? {},
        world.conversation(event.primaryId, false) ?? {},
      ];
      assert.equal(secondary["state"], "closed");
      assert.equal(attributesOf(secondary)["Merged"], true);
      assert.equal(attributesOf(primary)["Merged"], undefined);
      const types = (payload: JsonObject): readonly unknown[] =>
        partsOf(payload)
          .filter((part) => part["created_at"] === event.at)
          .map((part) => part["part_type"]);
      assert.ok(types(secondary).includes("merged_secondary_conversation"), id);
      assert.ok(types(primary).includes("merged_primary_conversation"), id);
      const names = (payload: JsonObject, other: string): boolean =>
        objectsIn(at(payload, "linked_objects.data")).some((each) => each["id"] === other);
      assert.equal(names(secondary, event.primaryId), names(primary, id), id);
      if (names(primary, id)) linked++;
    }
    assert.ok(linked > 0 && linked < merges.length, `${linked} of ${merges.length} name each other`);
  });

  test("a test may merge two", () => {
    const primary = world.change.addConversation({ contactId: CONTACT, words: "My invoice" });
    const secondary = world.change.addConversation({ contactId: CONTACT, words: "My invoice, again" });
    world.advance(60);
    world.change.merge(secondary, primary);
    assert.equal(world.conversation(secondary, false)?.["state"], "closed");
    for (const [id, type] of [
      [secondary, "merged_secondary_conversation"],
      [primary, "merged_primary_conversation"],
    ] as const) {
      const payload = world.conversation(id, false) ?? {};
      assert.deepEqual(
        partsOf(payload).map((part) => part["part_type"]),
        [type],
      );
      assert.equal(payload["updated_at"], world.clock());
    }
  });
});

describe("a workspace in full use", () => {
  test("goes on as one that is not, except what merges cut short", () => {
    const plain = new GeneratedWorld({ conversations: 500, now: () => 0 });
    const whole = new GeneratedWorld({ conversations: 500, isWhole: true, tickets: 200, now: () => 0 });
    const extras = new Set([
      "attribute_set",
      "merged_from",
      "converted",
      "ticket_state_changed",
      "ticket_attribute_set",
      "ticket_linked",
    ]);
    let compared = 0;
    for (const id of plain.conversationIds({ includeDeleted: true })) {
      const log = whole.events(id) ?? [];
      if (log.some((event) => event.kind === "merged_into")) continue;
      assert.deepEqual(
        log.filter((event) => !extras.has(event.kind)),
        plain.events(id),
        id,
      );
      compared++;
    }
    assert.ok(compared > 450);
  });
});
