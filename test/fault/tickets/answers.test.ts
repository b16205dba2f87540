import assert from "node:assert/strict";
import { test } from "node:test";
import { at, objectsIn } from "../../fake/json.ts";
import { badAnswers } from "../odd-answers.ts";
import { countOf, rejectedIds, rowsOf } from "../odd-workshop.ts";
import {
  deletedTickets,
  eachTicket,
  idOf,
  ofTicket,
  openTickets,
  requestsOf,
  retrieveTicket,
  searchAnswers,
  searchTickets,
  ticketFaults,
  ticketIds,
  ticketOf,
  ticketsAlone,
} from "./ticket-workshop.ts";

// What Intercom may say of tickets: whatever the search leaves out, a ticket's own answer brings.

for (const [what, parts] of [
  ["null", null],
  ["text", "none"],
  ["a list", []],
  ["missing", undefined],
  ["not counted", { type: "ticket_part.list", ticket_parts: [], total_count: null }],
] as const) {
  test(`tickets whose parts are ${what} in the search are retrieved by id`, async (context) => {
    const workshop = await openTickets(context);
    workshop.fake.faults.add(eachTicket((ticket) => ({ ...ticket, ticket_parts: parts })));
    const { run, of } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
    assert.equal(run.exitCode, 0, String(run.error));
    assert.equal(of(retrieveTicket), ticketIds(workshop).length);
    assert.deepEqual(await ticketFaults(workshop), []);
  });
}

test("a ticket without an id is rejected, the others are stored, and the next run has it", async (context) => {
  const workshop = await openTickets(context);
  const count = ticketIds(workshop).length;
  workshop.fake.faults.add(eachTicket((ticket, index) => (index === 0 ? { ...ticket, id: null } : ticket)));
  const run = await workshop.run(ticketsAlone);
  assert.deepEqual([run.exitCode, await countOf(workshop, "tickets")], [6, count - 1]);
  assert.deepEqual(await rejectedIds(workshop, "tickets"), [null]);
  assert.equal(await deletedTickets(workshop), 0);
  workshop.fake.faults.clear();
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

for (const [what, broken] of [
  ["no time", { created_at: "yesterday" }],
  ["no update", { updated_at: null }],
] as const) {
  test(`a ticket with ${what} is rejected once by itself, and asked for again until it is right`, async (context) => {
    const workshop = await openTickets(context);
    const [, bad = ""] = ticketIds(workshop);
    workshop.fake.faults.add(eachTicket((ticket) => (idOf(ticket) === bad ? { ...ticket, ...broken } : ticket)));
    workshop.fake.faults.add(
      ofTicket(bad, { kind: "status", code: 200, body: { type: "ticket", id: bad, ...broken } }),
    );
    for (let each = 1; each <= 2; each += 1) {
      const run = await workshop.run(ticketsAlone);
      assert.deepEqual([run.exitCode, run.streams.get("tickets")?.rejected], [6, 1]);
      assert.deepEqual(run.notes, [], "its absence is no other fault");
      assert.equal(await countOf(workshop, "_rejected"), each);
      workshop.fake.advance(60);
    }
    assert.deepEqual(await rejectedIds(workshop, "tickets"), [bad]);
    workshop.fake.faults.clear();
    assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
    assert.deepEqual(await ticketFaults(workshop), []);
  });
}

for (const [name, fault] of Object.entries(badAnswers)) {
  test(`a ticket whose parts the page cuts, and that answers ${name} for good, is rejected by itself`, async (context) => {
    const workshop = await openTickets(context, { ticketSearchPartsMax: 1 });
    const bad =
      ticketIds(workshop).find((id) => Number(at(ticketOf(workshop, id), "ticket_parts.total_count")) > 2) ?? "";
    workshop.fake.faults.add(ofTicket(bad, fault));
    const run = await workshop.run(ticketsAlone);
    assert.equal(run.exitCode, 6, String(run.error));
    assert.deepEqual(await rejectedIds(workshop, "tickets"), [bad]);
    assert.equal(await countOf(workshop, "tickets"), ticketIds(workshop).length - 1);
    workshop.fake.faults.clear();
    assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
    assert.deepEqual(await ticketFaults(workshop), []);
  });
}

test("a part that cannot be stored has its ticket asked for again", async (context) => {
  const workshop = await openTickets(context);
  const [bad = ""] = ticketIds(workshop);
  const ticket = ticketOf(workshop, bad);
  const parts = objectsIn(at(ticket, "ticket_parts.ticket_parts")).map((part, index) =>
    index === 0 ? { ...part, part_type: 7 } : part,
  );
  const spoilt = { type: "ticket_part.list", ticket_parts: parts, total_count: parts.length };
  workshop.fake.faults.add(eachTicket((each) => (idOf(each) === bad ? { ...each, ticket_parts: spoilt } : each)));
  workshop.fake.faults.add(ofTicket(bad, { kind: "status", code: 200, body: { ...ticket, ticket_parts: spoilt } }));
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 6);
  workshop.fake.faults.clear();
  workshop.fake.advance(60);
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("ids beyond 2^53 keep each digit, quoted or not", async (context) => {
  const workshop = await openTickets(context);
  workshop.fake.faults.add({
    kind: "rewritten",
    route: searchTickets,
    rewrite: (body) => body.replace(/"type":"ticket","id":"(\d+)"/g, '"type":"ticket","id":$1'),
  });
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  const stored = (await rowsOf(workshop, "select id from raw.tickets order by id")).flat();
  assert.ok(stored.some((id) => BigInt(String(id)) > 2n ** 53n));
  assert.deepEqual(stored, ticketIds(workshop).toSorted());
  const typed = await rowsOf(workshop, "select distinct json_type(payload, '$.id') from raw.tickets");
  assert.deepEqual(typed.flat(), ["UBIGINT"], "the search gave numbers");
});

for (const [what, nextOf] of [
  ["a bare cursor", (cursor: string) => cursor],
  ["an object with more members", (cursor: string) => ({ per_page: 150, starting_after: cursor, page: 2 })],
  ["a URL", (cursor: string) => `https://api.intercom.io/tickets/search?starting_after=${cursor}&per_page=150`],
] as const) {
  test(`the next page is followed where ${what} names it`, async (context) => {
    const workshop = await openTickets(context, { conversations: 300, tickets: 400 });
    workshop.fake.faults.add(
      searchAnswers((json) => {
        const pages = json["pages"] as { next?: { starting_after?: string } };
        const cursor = pages.next?.starting_after;
        return cursor === undefined ? json : { ...json, pages: { ...pages, next: nextOf(cursor) } };
      }),
    );
    const { run, of } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
    assert.equal(run.exitCode, 0, String(run.error));
    assert.ok(of(searchTickets) <= 5);
    assert.deepEqual(await ticketFaults(workshop), []);
  });
}

test("an empty page in the middle ends nothing", async (context) => {
  const workshop = await openTickets(context, { conversations: 300, tickets: 400 });
  let page = 0;
  workshop.fake.faults.add(
    searchAnswers((json) => {
      page += 1;
      return page === 2 ? { ...json, tickets: [] } : json;
    }),
  );
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("a full page that names no next page is no end: the window is searched in pieces", async (context) => {
  const workshop = await openTickets(context, { conversations: 300, tickets: 400 });
  workshop.fake.faults.add(searchAnswers((json) => ({ ...json, pages: null })));
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("a search that ignores its bounds ends, and nothing is lost or deleted", async (context) => {
  const workshop = await openTickets(context, { conversations: 300, tickets: 400 });
  const { world, faults } = workshop.fake;
  const all = ticketIds(workshop).map((id) => ticketOf(workshop, id));
  workshop.fake.onRequest(({ route, body }) => {
    if (route !== searchTickets) return;
    const { per_page: perPage = 20, starting_after: after = 0 } = (
      body as { pagination: { per_page?: number; starting_after?: string } }
    ).pagination;
    const end = Number(after) + perPage;
    const pages = { type: "pages", ...(end < all.length ? { next: { starting_after: String(end) } } : {}) };
    const answer = { type: "ticket.list", tickets: all.slice(Number(after), end), total_count: all.length, pages };
    faults.clear();
    faults.add({ kind: "status", code: 200, body: answer, route: searchTickets });
  });
  for (let each = 0; each < 2; each += 1) {
    const { run, of } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
    assert.equal(run.exitCode, 0, String(run.error));
    assert.ok(of(searchTickets) <= 12, `${of(searchTickets)} searches`);
    assert.equal(await deletedTickets(workshop), 0);
    workshop.clock.skip(7_200_000);
    world.time.touch();
  }
  faults.clear();
  assert.deepEqual(await ticketFaults(workshop), []);
});
