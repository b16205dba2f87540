import assert from "node:assert/strict";
import { test } from "node:test";
import { countOf, rowsOf } from "./odd-workshop.ts";
import { Workshop } from "./workshop.ts";

// A token that may not read tickets: Intercom hides conversations that became tickets, without a word.

const workspace = { conversations: 120, tickets: 40, isWhole: true, accounts: 10, lonelyCompanies: 2, seed: 8 };
const scopes = ["conversations", "contacts", "companies", "admins", "teams", "tags", "segments"] as const;

function searchesOf(workshop: Workshop): number {
  return workshop.fake.requests.byRoute.get("POST /conversations/search") ?? 0;
}

test("a run without the permission says what it cannot see, and counts no hidden conversation as deleted", async (context) => {
  const workshop = await Workshop.open({ ...workspace, scopes });
  context.after(() => workshop.close());
  const first = await workshop.run();
  assert.equal(first.exitCode, 0);
  assert.match(first.notes.join("\n"), /^tickets: skipped\. .*"Read tickets".*hides every conversation/m);
  assert.doesNotMatch(first.notes.join("\n"), /may be hidden/);
  const stored = await workshop.storedIds();

  workshop.fake.advance(3600);
  const [converted = "", other = ""] = [...stored];
  workshop.fake.world.changeTickets.convert(converted);
  workshop.fake.world.changeTickets.convert(other);
  workshop.fake.advance(60);
  const second = await workshop.run();
  assert.equal(second.exitCode, 0, String(second.error));
  const said = new RegExp(`Intercom shows ${stored.size - 2} of the ${stored.size} conversations .* may be hidden`);
  assert.match(second.notes.join("\n"), said);
  assert.deepEqual(await workshop.storedIds(), stored);
});

test("the first run with the permission brings the conversations that were hidden, and no other one again", async (context) => {
  const workshop = await Workshop.open({ ...workspace, scopes });
  context.after(() => workshop.close());
  await workshop.run();
  const shown = await workshop.storedIds();
  workshop.fake.permit("tickets");
  workshop.fake.advance(10 * 86_400);
  const hidden = [...workshop.fake.world.conversationIds()].filter((id) => !shown.has(id));
  assert.ok(hidden.length > 0);
  workshop.threadRequests.clear();
  const first = await workshop.run();
  assert.equal(first.exitCode, 0, String(first.error));
  assert.deepEqual([...workshop.threadRequests.keys()].sort(), hidden.sort());
  assert.deepEqual(await workshop.storedIds(), new Set([...shown, ...hidden]));

  workshop.fake.advance(86_400);
  const before = searchesOf(workshop);
  await workshop.run();
  assert.equal(searchesOf(workshop) - before, 1);
});

test("a back-fill as the first run that reads tickets leaves nothing to search again for good", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  await workshop.run({ flags: { streams: "conversations" } });
  workshop.fake.advance(10 * 86_400);
  await workshop.run({ flags: { since: String(workshop.fake.world.time.now() - 86_400) } });
  workshop.fake.advance(86_400);
  await workshop.run();
  const [[stored] = []] = await rowsOf(workshop, "select count(distinct id) from raw.tickets");
  assert.equal(Number(stored), [...workshop.fake.world.ticketIds()].length);

  workshop.fake.advance(86_400);
  const before = searchesOf(workshop);
  const last = await workshop.run();
  assert.equal(searchesOf(workshop) - before, 1);
  assert.ok(!last.events.some(({ event }) => event === "conversations_searched_again"));
});

test("a conversation that answers 404 while tickets are hidden is not deleted", async (context) => {
  const workshop = await Workshop.open({ ...workspace, scopes });
  context.after(() => workshop.close());
  await workshop.run();
  workshop.fake.advance(3 * 3600);
  const [id = ""] = await workshop.storedIds();
  workshop.fake.world.change.customerReplies(id, "Still?");
  workshop.fake.advance(60);
  workshop.fake.faults.add({ kind: "status", code: 404, path: new RegExp(`^/conversations/${id}$`) });
  await workshop.run();
  assert.ok((await workshop.storedIds()).has(id));
  assert.equal(await countOf(workshop, `deleted_conversations where id = '${id}'`), 0);
});

test("a run with the permission says nothing of it", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  const run = await workshop.run();
  assert.equal(run.exitCode, 0);
  assert.doesNotMatch(run.notes.join("\n"), /hid/);
});
