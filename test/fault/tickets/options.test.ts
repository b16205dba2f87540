import assert from "node:assert/strict";
import { test } from "node:test";
import { changed } from "../odd-answers.ts";
import { countOf, rowsOf } from "../odd-workshop.ts";
import {
  deletedTickets,
  openTickets,
  requestsOf,
  retrieveTicket,
  searchTickets,
  ticketFaults,
  ticketIds,
  ticketOf,
  ticketsAlone,
} from "./ticket-workshop.ts";

const iso = (seconds: number): string => new Date(seconds * 1000).toISOString();

test("a run with --since stores tickets that changed since then, and no count brings older ones", async (context) => {
  const workshop = await openTickets(context, { tickets: 60 });
  const changes = ticketIds(workshop)
    .map((id) => Number(ticketOf(workshop, id)["updated_at"]))
    .sort((a, b) => a - b);
  const [early = 0, late = 0] = [changes[20], changes[40]];
  for (const [since, count] of [
    [late, changes.filter((at) => at >= late).length],
    [late, changes.filter((at) => at >= late).length],
    [early, changes.filter((at) => at >= early).length],
  ] as const) {
    const run = await workshop.run({ flags: { streams: "tickets", since: iso(since) } });
    assert.equal(run.exitCode, 0, String(run.error));
    assert.deepEqual(run.notes, []);
    assert.equal(await countOf(workshop, "tickets"), count);
    workshop.clock.skip(7_200_000);
    workshop.fake.world.time.touch();
  }
  assert.equal((await workshop.run({ flags: { streams: "tickets", since: "2015-01-01" } })).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("after a run with --until, a run with --since leaves out what changed in between", async (context) => {
  const workshop = await openTickets(context, { tickets: 60 });
  const changes = ticketIds(workshop)
    .map((id) => Number(ticketOf(workshop, id)["updated_at"]))
    .sort((a, b) => a - b);
  const [until = 0, since = 0] = [changes[20], changes[40]];
  assert.equal((await workshop.run({ flags: { streams: "tickets", until: iso(until) } })).exitCode, 0);
  assert.equal((await workshop.run({ flags: { streams: "tickets", since: iso(since) } })).exitCode, 0);
  const outside = changes.filter((at) => at > until && at < since).length;
  assert.equal(await countOf(workshop, "tickets"), changes.length - outside);
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("a deletion is noticed by a run with --since too, of tickets that changed since then", async (context) => {
  const workshop = await openTickets(context, { tickets: 60 });
  await workshop.run(ticketsAlone);
  const ids = ticketIds(workshop).sort(
    (a, b) => Number(ticketOf(workshop, a)["updated_at"]) - Number(ticketOf(workshop, b)["updated_at"]),
  );
  const since = Number(ticketOf(workshop, ids[30] ?? "")["updated_at"]);
  for (const id of [ids[2] ?? "", ids[45] ?? ""]) workshop.fake.world.changeTickets.delete(id);
  workshop.fake.advance(60);
  assert.equal((await workshop.run({ flags: { streams: "tickets", since: iso(since) } })).exitCode, 0);
  assert.equal(await deletedTickets(workshop), 1);
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

test("tickets that change while the pages are read are stored as they are in the end", async (context) => {
  const workshop = await openTickets(context, { conversations: 300, tickets: 400 });
  const { world } = workshop.fake;
  let searches = 0;
  workshop.fake.onRequest(({ route }) => {
    if (route !== searchTickets) return;
    searches += 1;
    const ids = ticketIds(workshop);
    if (searches > 6) return;
    for (let each = 0; each < 8; each += 1)
      world.changeTickets.note(ids[(searches * 61 + each * 13) % ids.length] ?? "", "Moved");
    world.changeTickets.delete(ids[searches * 17] ?? "");
  });
  assert.equal((await workshop.run({ ...ticketsAlone, threadsPerLoad: 100 })).exitCode, 0);
  assert.ok(searches > 3);
  workshop.fake.advance(7200);
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  assert.deepEqual(await ticketFaults(workshop), []);
});

for (const options of [{ ticketsShareIds: true }, { ticketsAreConversations: true }]) {
  test(`tickets and conversations are kept apart: ${JSON.stringify(options)}`, async (context) => {
    const workshop = await openTickets(context, { conversations: 60, tickets: 60, isWhole: true, ...options });
    assert.equal((await workshop.run()).exitCode, 0);
    assert.deepEqual(await workshop.faults(), []);
    const { world } = workshop.fake;
    const conversations = new Set(world.conversationIds());
    const shared = ticketIds(workshop).filter((id) => conversations.has(id));
    assert.equal(shared.length > 0, "ticketsShareIds" in options);
    const [first = ""] = shared.length > 0 ? shared : ticketIds(workshop);
    world.changeTickets.teammateReplies(first, "In both");
    // No list of Intercom's names a deleted ticket that is found among the conversations.
    if (shared.length > 0) world.changeTickets.delete(ticketIds(workshop)[1] ?? "");
    workshop.fake.advance(7200);
    assert.equal((await workshop.run()).exitCode, 0);
    assert.deepEqual(await workshop.faults("loose"), []);
  });
}

test("without the permission a default run leaves tickets out and deletes none; named, they end the run", async (context) => {
  const workshop = await openTickets(context);
  await workshop.run();
  const stored = await countOf(workshop, "tickets");
  const refusal = { type: "error.list", errors: [{ code: "forbidden", message: "The token lacks the scope" }] };
  for (const route of [searchTickets, retrieveTicket, "GET /ticket_types", "GET /ticket_states"])
    workshop.fake.faults.add({ kind: "status", code: 403, body: refusal, route });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.match(run.notes.join("\n"), /^tickets: skipped\. .*hides every conversation that became a ticket/m);
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 3);
  assert.deepEqual([await countOf(workshop, "tickets"), await deletedTickets(workshop)], [stored, 0]);
  workshop.fake.faults.clear();
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults("loose"), []);
});

test("two workspaces with the same ids share a warehouse, and a deletion in one is none in the other", async (context) => {
  const workshop = await openTickets(context);
  await workshop.run(ticketsAlone);
  const count = ticketIds(workshop).length;
  const other = changed((json) => ({ ...json, app: { ...(json["app"] as object), id_code: "other001" } }));
  workshop.fake.faults.add({ ...other, route: "GET /me" });
  const { run } = await requestsOf(workshop, () => workshop.run(ticketsAlone));
  assert.deepEqual([run.exitCode, run.streams.get("tickets")?.stored], [0, count]);
  workshop.fake.world.changeTickets.delete(ticketIds(workshop)[0] ?? "");
  workshop.fake.advance(60);
  assert.equal((await workshop.run(ticketsAlone)).exitCode, 0);
  const gone = await rowsOf(workshop, "select _workspace_id from raw.tickets where is_deleted");
  assert.deepEqual(gone, [["other001"]]);
});
