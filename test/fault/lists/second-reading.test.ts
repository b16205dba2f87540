import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { objectsIn } from "../../fake/json.ts";
import { changed } from "../odd-answers.ts";
import { countOf, openWorkshop, rejectedIds, rowsOf } from "../odd-workshop.ts";
import type { Workshop } from "../workshop.ts";
import { listFaults } from "./on-demand.ts";

// A record's list that comes back empty or short: once, it is a slip; twice, its entries are gone.

const workspace = { conversations: 80, accounts: 14, lonelyCompanies: 6, tickets: 20, isWhole: true, seed: 3 };
const route = "GET /conversations/{id}/handling_events";
const again = { flags: { streams: "handling_events", since: "2015-01-01" } };

const buried = (workshop: Workshop, stream: string): Promise<number> =>
  countOf(workshop, `${stream} where cast(payload as varchar) like '{"type":"%","id":"%","deleted":true}'`);

/** A workshop with the handling events and side conversations of every conversation. */
async function openRead(context: TestContext): Promise<Workshop> {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  workshop.clock.skip(86_400_000);
  workshop.fake.world.time.touch();
  await workshop.run({ flags: { streams: "handling_events,side_conversations,contact_notes" } });
  workshop.fake.advance(600);
  return workshop;
}

test("a list that is empty once has no entry buried", async (context) => {
  const workshop = await openRead(context);
  const { requests } = workshop.fake;
  const before = requests.byRoute.get(route) ?? 0;
  const [[owners] = []] = await rowsOf(workshop, "select count(distinct conversation_id) from raw.handling_events");
  // Each conversation's first answer is empty.
  const seen = new Set<string>();
  workshop.fake.onRequest(({ path }) => {
    workshop.fake.faults.clear();
    if (!seen.has(path)) workshop.fake.faults.add({ kind: "status", code: 200, body: { handling_events: [] }, route });
    seen.add(path);
  });
  const run = await workshop.run({ flags: { ...again.flags, concurrency: "1" } });
  assert.equal(run.exitCode, 0, String(run.error));
  assert.deepEqual(run.notes, []);
  assert.equal(await buried(workshop, "handling_events"), 0);
  assert.deepEqual(await listFaults(workshop, "handling_events"), []);
  // Only lists that lack something are read twice.
  const [[conversations] = []] = await rowsOf(workshop, "select count(distinct id) from raw.conversations");
  assert.equal((requests.byRoute.get(route) ?? 0) - before, Number(conversations) + Number(owners));
});

test("lists that stay empty count as gone, with a note that says how they come back", async (context) => {
  const workshop = await openRead(context);
  workshop.fake.faults.add({ kind: "status", code: 200, body: { handling_events: [] }, route });
  const run = await workshop.run(again);
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok((await buried(workshop, "handling_events")) > 3);
  assert.match(
    run.notes.join("\n"),
    /^handling_events: (\d+) of \1 are gone from Intercom's lists, which were read twice\. .*the same run once more/m,
  );
  workshop.fake.faults.clear();
  workshop.fake.advance(60);
  assert.equal((await workshop.run(again)).exitCode, 0);
  assert.deepEqual(await listFaults(workshop, "handling_events"), []);
});

test("lists that come back empty in a usual run are read again by the next one, once", async (context) => {
  const workshop = await openRead(context);
  const handling = { flags: { streams: "handling_events" } };
  const letADayPass = (): void => {
    workshop.clock.skip(86_400_000);
    workshop.fake.world.time.touch();
  };
  const owners = await rowsOf(workshop, "select distinct conversation_id from raw.handling_events");
  for (const [id] of owners) workshop.fake.world.change.customerReplies(String(id), "Still?");
  letADayPass();
  await workshop.run({ flags: { streams: "conversations" } });
  letADayPass();
  for (const isForGood of [false, true]) {
    workshop.fake.faults.add({ kind: "status", code: 200, body: { handling_events: [] }, route });
    const run = await workshop.run(handling);
    assert.match(run.notes.join("\n"), /^handling_events: .*the next run brings them back/m);
    if (!isForGood) workshop.fake.faults.clear();
    letADayPass();
    assert.deepEqual((await workshop.run(handling)).notes, []);
    if (!isForGood) assert.deepEqual(await listFaults(workshop, "handling_events"), []);
    if (!isForGood) {
      for (const [id] of owners) workshop.fake.world.change.customerReplies(String(id), "Again?");
      letADayPass();
      await workshop.run({ flags: { streams: "conversations" } });
      letADayPass();
    }
  }
  const before = workshop.fake.requests.byRoute.get(route) ?? 0;
  await workshop.run(handling);
  assert.equal(workshop.fake.requests.byRoute.get(route), before, "what is gone for good is not asked for any more");
});

test("a list that counts more than it shows has nothing buried, is rejected, and is asked for again", async (context) => {
  const workshop = await openRead(context);
  const [[id] = []] = await rowsOf(workshop, "select max(conversation_id) from raw.side_conversations");
  const path = new RegExp(`^/conversations/${id}/side_conversations$`);
  const short = changed((json) => ({
    ...json,
    side_conversations: [],
    total_count: objectsIn(json["side_conversations"]).length,
  }));
  workshop.fake.faults.add({ ...short, path });
  const run = await workshop.run({ flags: { streams: "side_conversations", since: "2015-01-01" } });
  assert.equal(run.exitCode, 6, String(run.error));
  assert.equal(await buried(workshop, "side_conversations"), 0);
  assert.deepEqual(await rejectedIds(workshop, "side_conversations"), [id]);
  const [[reason] = []] = await rowsOf(workshop, "select distinct reason from raw._rejected");
  assert.match(String(reason), /^0 of \d+ shown$/);
  workshop.fake.faults.clear();
  workshop.clock.skip(86_400_000);
  workshop.fake.world.time.touch();
  const { run: next, asked } = await askedIn(workshop);
  assert.equal(next.exitCode, 0, String(next.error));
  assert.deepEqual(asked, [`/conversations/${id}/side_conversations`]);
});

async function askedIn(workshop: Workshop) {
  const asked: string[] = [];
  const stop = workshop.fake.onRequest(({ path }) => {
    if (path.endsWith("/side_conversations")) asked.push(path);
  });
  const run = await workshop.run({ flags: { streams: "side_conversations" } });
  stop();
  return { run, asked };
}

for (const total of [0, null, "many", -1]) {
  test(`a list whose total is ${total} is stored, and the total says nothing`, async (context) => {
    const workshop = await openWorkshop(context, workspace);
    await workshop.run();
    const odd = changed((json) => ({ ...json, total_count: total }));
    workshop.fake.faults.add({ ...odd, route: "GET /contacts/{id}/notes" });
    assert.equal((await workshop.run({ flags: { streams: "contact_notes" } })).exitCode, 0);
    assert.deepEqual(await listFaults(workshop, "contact_notes"), []);
  });
}
