import assert from "node:assert/strict";
import { test } from "node:test";
import {
  openTickets,
  requestsOf,
  retrieveTicket,
  searchTickets,
  ticketFaults,
  ticketIds,
  ticketsAlone,
} from "./ticket-workshop.ts";

// A page of the search brings 150 whole tickets: requests follow pages, and tickets that the page cuts.

const perPage = 150;
const requestsPerPage = 1.1;
/** The workspace, the count, and what the last page and the first look at the range cost. */
const requestsBeside = 5;

test("3,000 tickets, most of them in a few weeks, cost a request a page", async (context) => {
  const workshop = await openTickets(context, { conversations: 1500, tickets: 3000 });
  const count = ticketIds(workshop).length;
  const { run, of } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok(
    run.requests <= requestsPerPage * (count / perPage) + requestsBeside,
    `${run.requests} requests for ${count}`,
  );
  assert.equal(of(retrieveTicket), 0);
  assert.deepEqual(await ticketFaults(workshop), []);

  workshop.fake.advance(60);
  for (const id of ticketIds(workshop).slice(0, 700)) workshop.fake.world.changeTickets.note(id, "Seen");
  workshop.fake.advance(7200);
  const next = await requestsOf(workshop, () => workshop.run(ticketsAlone));
  assert.ok(next.run.requests <= (requestsPerPage * 700) / perPage + requestsBeside, `${next.run.requests} requests`);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("a run that resumes an interrupted one does not count what is still to come", async (context) => {
  const workshop = await openTickets(context, { conversations: 700, tickets: 1500 });
  const interruption = new AbortController();
  let searches = 0;
  const stop = workshop.fake.onRequest(({ route }) => {
    if (route === searchTickets && ++searches === 8) interruption.abort(new Error("enough"));
  });
  await workshop.run({ ...ticketsAlone, signal: interruption.signal, threadsPerLoad: 200 });
  stop();
  const count = ticketIds(workshop).length;
  const { run } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok(run.requests <= requestsPerPage * (count / perPage) + requestsBeside, `${run.requests} requests`);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("of tickets whose parts the page cuts, each is one request, and each part is stored", async (context) => {
  const workshop = await openTickets(context, { conversations: 300, tickets: 400, ticketSearchPartsMax: 6 });
  const { world } = workshop.fake;
  const ids = ticketIds(workshop);
  const isCut = (id: string): boolean => {
    const parts = JSON.parse(String(world.tickets.retrieve(id)?.bytes)) as { ticket_parts: { total_count: number } };
    return parts.ticket_parts.total_count > 6;
  };
  const cut = ids.filter(isCut);
  assert.ok(cut.length > 20 && cut.length < ids.length);
  const { run, of } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
  assert.equal(run.exitCode, 0, String(run.error));
  assert.equal(of(retrieveTicket), cut.length);
  assert.ok(of(searchTickets) <= Math.ceil((requestsPerPage * ids.length) / perPage) + 1, `${of(searchTickets)} pages`);
  assert.deepEqual(await ticketFaults(workshop), []);
  workshop.fake.advance(60);
  const again = await requestsOf(workshop, () => workshop.run(ticketsAlone));
  assert.equal(again.of(retrieveTicket), 0, "what is stored is not asked for again");
});

test("a ticket that grows past 500 parts keeps those that were stored", async (context) => {
  const workshop = await openTickets(context);
  const [id = ""] = ticketIds(workshop);
  await workshop.run(ticketsAlone);
  for (let each = 0; each < 2; each += 1) {
    workshop.fake.advance(60);
    workshop.fake.world.changeTickets.writeMany(id, 480);
    workshop.fake.advance(60);
    const { run, of } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
    assert.deepEqual([run.exitCode, of(retrieveTicket)], [0, 0], "the search shows as many as there are to see");
  }
  assert.deepEqual(await ticketFaults(workshop), []);
  assert.ok((workshop.fake.world.ticketEvents(id)?.length ?? 0) > 960);
});
