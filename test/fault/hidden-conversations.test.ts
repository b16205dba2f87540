import assert from "node:assert/strict";
import { test } from "node:test";
import { Workshop } from "./workshop.ts";

// A token that may not read tickets: Intercom hides conversations that became tickets, without a word.

const workspace = { conversations: 120, tickets: 40, isWhole: true, accounts: 10, lonelyCompanies: 2, seed: 8 };
const scopes = ["conversations", "contacts", "companies", "admins", "teams", "tags", "segments"] as const;

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
  const searches = () => workshop.fake.requests.byRoute.get("POST /conversations/search") ?? 0;
  const before = searches();
  await workshop.run();
  assert.equal(searches() - before, 1);
});

test("a run with the permission says nothing of it", async (context) => {
  const workshop = await Workshop.open(workspace);
  context.after(() => workshop.close());
  const run = await workshop.run();
  assert.equal(run.exitCode, 0);
  assert.doesNotMatch(run.notes.join("\n"), /hid/);
});
