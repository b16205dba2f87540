import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { countOf, openWorkshop, rowsOf } from "../odd-workshop.ts";
import { requestsOf } from "../tickets/ticket-workshop.ts";
import type { Workshop } from "../workshop.ts";
import { listFaults, listsOfRecordsNames, liveEntries } from "./on-demand.ts";

// What a workspace's API does not have: a run says so, deletes nothing, and fails where the command line names it.

const workspace = { conversations: 120, accounts: 14, lonelyCompanies: 6, tickets: 20, isWhole: true, seed: 5 };
const body = { type: "error.list", errors: [{ code: "not_found", message: "no such route" }] };

/** Makes a route answer 404. */
function take(workshop: Workshop, route: string): void {
  workshop.fake.faults.add({ kind: "status", code: 404, body, route });
}

async function openSynced(context: TestContext): Promise<Workshop> {
  const workshop = await openWorkshop(context, workspace);
  assert.equal((await workshop.run()).exitCode, 0);
  workshop.clock.skip(86_400_000);
  workshop.fake.world.time.touch();
  return workshop;
}

const cursorsOf = (workshop: Workshop, stream: string): Promise<number> =>
  countOf(workshop, `_loads where stream = '${stream}' and window_to is not null`);

for (const [stream, route] of [
  ["articles", "GET /articles"],
  ["deleted_conversations", "GET /conversations/deleted"],
  ["data_attributes", "GET /data_attributes"],
] as const) {
  test(`${stream}: a default run leaves them out with a note, and a run that names them fails`, async (context) => {
    const workshop = await openSynced(context);
    const before = await countOf(workshop, stream);
    take(workshop, route);
    const run = await workshop.run();
    assert.equal(run.exitCode, 0, String(run.error));
    assert.match(run.notes.join("\n"), new RegExp(`^${stream}: skipped\\. .*${route} answered 404 not_found`, "m"));
    const named = await workshop.run({ flags: { streams: `${stream},tags` } });
    assert.equal(named.exitCode, 3);
    assert.match(String(named.error), new RegExp(`${stream}: skipped\\. .* leave the stream out of --streams`));
    assert.equal(await countOf(workshop, stream), before);
    assert.equal(named.streams.get("tags")?.rejected ?? 0, 0);
    assert.ok(await cursorsOf(workshop, "tags"));
  });
}

for (const route of ["GET /tags", "GET /contacts", "GET /companies/scroll", "POST /conversations/search"]) {
  test(`${route}, which every workspace has, is no list to leave out`, async (context) => {
    const workshop = await openWorkshop(context, { ...workspace, conversations: 20 });
    take(workshop, route);
    const run = await workshop.run();
    assert.equal(run.exitCode, 4);
    assert.match(String(run.error), /answered 404 not_found/);
  });
}

test("a list that breaks off with a 404 is there: the run fails, and the next one has everything", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  workshop.fake.faults.add({ kind: "status", code: 404, body, route: "GET /admins/activity_logs", nth: 2 });
  const logs = { flags: { streams: "activity_logs" } };
  const run = await workshop.run(logs);
  assert.equal(run.exitCode, 4);
  assert.match(String(run.error), /GET \/admins\/activity_logs answered 404 .*although it answered before/);
  assert.equal(await cursorsOf(workshop, "activity_logs"), 0);
  assert.equal((await workshop.run(logs)).exitCode, 0);
  const { world } = workshop.fake;
  assert.equal(await countOf(workshop, "activity_logs"), world.around.activityLogs(0, world.time.now()).length);
});

test("calls: the list's 404 fails a run that names them, and buries none", async (context) => {
  const workshop = await openSynced(context);
  const calls = { flags: { streams: "calls" } };
  assert.equal((await workshop.run(calls)).exitCode, 0);
  const before = await countOf(workshop, "calls");
  take(workshop, "GET /calls");
  const run = await workshop.run(calls);
  assert.equal(run.exitCode, 3);
  assert.match(run.notes.join("\n"), /^calls: skipped\. /m);
  assert.equal(await countOf(workshop, "calls"), before);
});

for (const code of [404, 403, 500]) {
  test(`calls are stored without transcripts while their search answers ${code}, and with them later`, async (context) => {
    const workshop = await openWorkshop(context, { ...workspace, conversations: 400 });
    const calls = { flags: { streams: "calls" } };
    const search = "POST /calls/search";
    workshop.fake.faults.add({ kind: "status", code, body, route: search });
    const first = await requestsOf(workshop, () => workshop.run(calls));
    assert.equal(first.run.exitCode, code === 500 ? 4 : 0, String(first.run.error));
    assert.match(first.run.notes.join("\n"), /^calls: new ones are stored without transcripts.*calls\/search/m);
    const all = workshop.fake.world.around.calls(0, 1000).length;
    assert.equal((await liveEntries(workshop, "calls")).size, all);
    assert.ok(all > 3);
    if (code !== 500) assert.equal(first.of(search), 1);
    await workshop.run(calls);
    assert.equal(await countOf(workshop, "calls"), all, "nothing is stored again");
    workshop.fake.faults.clear();
    workshop.fake.advance(60);
    assert.equal((await workshop.run(calls)).exitCode, 0);
    const whole = await openWorkshop(context, { ...workspace, conversations: 400 });
    await whole.run(calls);
    assert.deepEqual(await liveEntries(workshop, "calls"), await liveEntries(whole, "calls"));
    const stored = await countOf(workshop, "calls");
    workshop.fake.faults.add({ kind: "status", code, body, route: search });
    await workshop.run(calls);
    workshop.clock.skip(86_400_000);
    workshop.fake.world.time.touch();
    await workshop.run(calls);
    assert.equal(await countOf(workshop, "calls"), stored, "a transcript that is stored stays");
  });
}

for (const stream of listsOfRecordsNames) {
  test(`${stream}: 404 for every record fails the run, keeps its cursor, and loses nothing`, async (context) => {
    const workshop = await openSynced(context);
    const kind = stream.replace(/^(contact|company)_/, "");
    const owner = stream.startsWith("contact")
      ? "contacts"
      : stream.startsWith("company")
        ? "companies"
        : "conversations";
    const route = `GET /${owner}/{id}/${kind}`;
    take(workshop, route);
    const named = { flags: { streams: stream } };
    const { run, of } = await requestsOf(workshop, () => workshop.run(named));
    assert.equal(run.exitCode, 3);
    assert.match(run.notes.join("\n"), new RegExp(`^${stream}: skipped\\. .*404 for \\d+ of \\d+ ${owner}`, "m"));
    assert.ok(of(route) > 3 && of(route) < 80, `${of(route)} requests`);
    assert.equal(await cursorsOf(workshop, stream), 0);
    workshop.fake.faults.clear();
    assert.equal((await workshop.run(named)).exitCode, 0);
    assert.deepEqual(await listFaults(workshop, stream), []);
  });
}

test("the only two conversations that changed answer 404: a note, and the next run asks again", async (context) => {
  const workshop = await openSynced(context);
  const handling = { flags: { streams: "handling_events" } };
  assert.equal((await workshop.run(handling)).exitCode, 0);
  const ids = [...workshop.fake.world.conversationIds()].slice(0, 2);
  workshop.clock.skip(86_400_000);
  for (const id of ids) workshop.fake.world.change.customerReplies(id, "Still there?");
  workshop.clock.skip(7_200_000);
  workshop.fake.world.time.touch();
  assert.equal((await workshop.run({ flags: { streams: "conversations" } })).exitCode, 0);
  workshop.clock.skip(7_200_000);
  workshop.fake.world.time.touch();
  take(workshop, "GET /conversations/{id}/handling_events");
  const run = await workshop.run(handling);
  assert.equal(run.exitCode, 0, String(run.error));
  assert.match(run.notes.join("\n"), /^handling_events: no list came, .*The next run asks again/m);
  workshop.fake.faults.clear();
  const asked: string[] = [];
  workshop.fake.onRequest(({ path }) => {
    if (path.endsWith("/handling_events")) asked.push(path.split("/")[2] ?? "");
  });
  assert.equal((await workshop.run(handling)).exitCode, 0);
  for (const id of ids) assert.ok(asked.includes(id), id);
});

test("without the search for tickets, a default run leaves them out, and no 404 deletes anything", async (context) => {
  const workshop = await openSynced(context);
  const tickets = await countOf(workshop, "tickets");
  // So many that the tickets' answer comes before the last of theirs.
  const touched = [...(await workshop.storedIds())].slice(0, 30);
  const [gone = ""] = touched;
  for (const id of touched) workshop.fake.world.change.customerReplies(id, "Still?");
  workshop.fake.advance(60);
  take(workshop, "POST /tickets/search");
  workshop.fake.faults.add({ kind: "status", code: 404, path: new RegExp(`^/conversations/${gone}$`) });
  const run = await workshop.run({ flags: { concurrency: "2" } });
  assert.equal(run.exitCode, 0, String(run.error));
  assert.match(run.notes.join("\n"), /^conversations: some answered 404 and may have become tickets/m);
  assert.match(run.notes.join("\n"), /^tickets: skipped\. .*POST \/tickets\/search answered 404/m);
  assert.equal(await countOf(workshop, "tickets"), tickets);
  assert.equal(await countOf(workshop, "tickets where is_deleted"), 0);
  assert.equal(await countOf(workshop, `deleted_conversations where id = '${gone}'`), 0);
  const named = await workshop.run({ flags: { streams: "tickets" } });
  assert.equal(named.exitCode, 3);
  assert.match(String(named.error), /tickets: skipped\. .*leave the stream out of --streams/);
  workshop.fake.faults.clear();
  workshop.fake.advance(7200);
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults("loose"), []);
  assert.deepEqual(await rowsOf(workshop, "select id from raw.tickets where is_deleted"), []);
});

test("a search for tickets that answers, and then 404, fails the run and deletes nothing", async (context) => {
  const workshop = await openSynced(context);
  workshop.fake.world.changeTickets.delete([...workshop.fake.world.ticketIds()][0] ?? "");
  workshop.fake.advance(60);
  workshop.fake.faults.add({ kind: "status", code: 404, body, route: "POST /tickets/search", nth: 2 });
  const run = await workshop.run({ flags: { streams: "tickets" } });
  assert.equal(run.exitCode, 4);
  assert.match(String(run.error), /although it answered before/);
  assert.equal(await countOf(workshop, "tickets where is_deleted"), 0);
  assert.equal((await workshop.run({ flags: { streams: "tickets" } })).exitCode, 0);
  assert.equal(await countOf(workshop, "tickets where is_deleted"), 1);
});
