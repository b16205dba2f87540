import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at, type JsonObject, objectsIn, parseObject } from "../../json.ts";
import { fromBytes } from "../../json-text.ts";
import { GeneratedWorld } from "../generated-world.ts";
import { EVERYTHING } from "../world.ts";

const DAY = 86400;
const worlds = [1, 2].map((seed) => new GeneratedWorld({ seed, conversations: 1200, tickets: 800, now: () => 0 }));

function payloadOf(world: GeneratedWorld, id: string): JsonObject {
  const text = world.tickets.retrieve(id);
  assert.ok(text !== null, id);
  return parseObject(fromBytes(text.bytes));
}

describe("tickets live on", () => {
  test("every kind of thing that happens to tickets has happened", () => {
    const kinds = new Set<string>();
    for (const world of worlds) {
      for (const id of world.ticketIds({ includeDeleted: true })) {
        const log = world.ticketEvents(id) ?? [];
        const [created] = log;
        const category = created?.kind === "created" ? created.category : "";
        kinds.add(`${category} ${log.some((event) => event.kind === "converted") ? "converted" : "of its own"}`);
        for (const event of log) {
          kinds.add(event.kind);
          if (event.kind === "ticket_state_changed") kinds.add(`${event.from} to ${event.to} by ${event.by}`);
        }
        if (log.filter((event) => event.kind === "linked").length > 50) kinds.add("a tracker of many");
        if (new Set(log.map((event) => ("partId" in event ? event.partId : ""))).size > 501) kinds.add("giant");
      }
    }
    const wanted = [
      "Customer converted",
      "Customer of its own",
      "Back-office of its own",
      "Tracker of its own",
      "message",
      "note",
      "assigned",
      "ticket_attribute_set",
      "linked",
      "touched",
      "redacted",
      "closed",
      "deleted",
      "submitted to submitted by user",
      "submitted to in_progress by admin",
      "in_progress to waiting_on_customer by admin",
      "waiting_on_customer to in_progress by user",
      "waiting_on_customer to in_progress by workflow",
      "in_progress to resolved by admin",
      "in_progress to resolved by workflow",
      "resolved to in_progress by user",
      "resolved to in_progress by admin",
      "a tracker of many",
      "giant",
    ];
    assert.deepEqual(
      wanted.filter((kind) => !kinds.has(kind)),
      [],
    );
  });

  test("with the clock: new tickets, new parts, reopenings, deletions; nothing is taken back", () => {
    const world = new GeneratedWorld({ conversations: 1200, tickets: 800, now: () => 0 });
    const before = new Map([...world.ticketIds()].map((id) => [id, world.ticketEvents(id) ?? []]));
    const news = new Set<string>();
    for (let round = 0; round < 4; round++) {
      world.advance(30 * DAY);
      for (const id of world.ticketIds({ includeDeleted: true })) {
        const log = world.ticketEvents(id) ?? [];
        const known = before.get(id) ?? [];
        assert.deepEqual(log.slice(0, known.length), known, id);
        for (const event of log.slice(known.length)) news.add(`${known.length > 0 ? "old" : "new"} ${event.kind}`);
        before.set(id, log);
      }
    }
    for (const kind of ["new created", "old message", "old ticket_state_changed", "old linked", "old deleted"])
      assert.ok(news.has(kind), kind);
    const gone = [...world.ticketIds({ includeDeleted: true })].filter((id) => world.tickets.retrieve(id) === null);
    assert.ok(gone.length > 0);
  });

  test("the search's times are those of the logs, at any instant", () => {
    const world = new GeneratedWorld({ conversations: 1200, tickets: 800, now: () => 0 });
    for (let round = 0; round < 3; round++) {
      const found = new Map<string, number>();
      const records = world.tickets.records();
      records.select(EVERYTHING, world.clock(), (key, updatedAt) => {
        const ticket = records.render(key, world.clock());
        assert.equal(ticket["updated_at"], updatedAt);
        found.set(String(ticket["id"]), updatedAt);
      });
      const expected = [...world.ticketIds()].map((id) => [id, world.ticketEvents(id)?.at(-1)?.at] as const);
      assert.deepEqual([...found].sort(), expected.toSorted());
      let recent = 0;
      const since = world.clock() - 5 * DAY;
      records.select({ ...EVERYTHING, updatedFrom: since }, world.clock(), () => recent++);
      assert.equal(recent, expected.filter(([, updatedAt]) => (updatedAt ?? 0) >= since).length);
      world.advance(3 * DAY);
    }
  });

  test("it does not matter in how many steps, or how slowly, the clock was advanced", () => {
    let realMs = 0;
    const slow = new GeneratedWorld({ conversations: 300, tickets: 200, now: () => realMs });
    const quick = new GeneratedWorld({ conversations: 300, tickets: 200, now: () => 0 });
    for (const world of [slow, quick]) {
      for (const days of [1, 5, 30]) {
        realMs += 40_000;
        for (const id of world.ticketIds()) world.tickets.retrieve(id);
        world.advance(days * DAY);
      }
    }
    const all = (world: GeneratedWorld): readonly unknown[] =>
      [...world.ticketIds({ includeDeleted: true })].map((id) => [id, world.tickets.retrieve(id)?.bytes]);
    assert.deepEqual(all(slow), all(quick));
  });

  test("a large world has a tracker that shows a thousand of its conversations and says that there are more", () => {
    const world = new GeneratedWorld({ conversations: 20_000, tickets: 5000, now: () => 0 });
    const counts: number[] = [];
    for (const id of world.ticketIds()) {
      const [created] = world.ticketEvents(id) ?? [];
      if (created?.kind !== "created" || created.category !== "Tracker") continue;
      const payload = payloadOf(world, id);
      const count = Number(at(payload, "linked_objects.total_count"));
      counts.push(count);
      assert.equal(at(payload, "linked_objects.has_more"), count > 1000);
      assert.equal(objectsIn(at(payload, "linked_objects.data")).length, Math.min(count, 1000));
    }
    assert.ok(Math.max(...counts) > 1000, `${Math.max(...counts)}`);
  });

  test("a world without tickets has none", () => {
    const world = new GeneratedWorld({ conversations: 200 });
    assert.deepEqual([...world.ticketIds({ includeDeleted: true })], []);
    world.tickets.records().select(EVERYTHING, world.clock(), () => assert.fail("a ticket"));
  });

  test("with tickets, conversations are as they were, except what tickets leave in them", () => {
    const plain = new GeneratedWorld({ conversations: 600, now: () => 0 });
    const world = new GeneratedWorld({ conversations: 600, tickets: 400, now: () => 0 });
    const isTicketEvent = (kind: string): boolean => kind === "converted" || kind.startsWith("ticket_");
    for (const id of plain.conversationIds({ includeDeleted: true })) {
      const rest = (world.events(id) ?? []).filter((event) => !isTicketEvent(event.kind));
      assert.deepEqual(rest, plain.events(id), id);
    }
  });
});
