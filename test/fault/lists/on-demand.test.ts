import assert from "node:assert/strict";
import { test } from "node:test";
import { objectsIn } from "../../fake/json.ts";
import { changed } from "../odd-answers.ts";
import { countOf, openWorkshop, rowsOf } from "../odd-workshop.ts";
import { listFaults, listsOfRecordsNames, liveEntries } from "./on-demand.ts";

// Streams that cost a request a record, or hold more than most want: as complete as the others, once they are named.

const workspace = { conversations: 80, accounts: 14, lonelyCompanies: 6, tickets: 20, isWhole: true, seed: 3 };
const named = { flags: { streams: listsOfRecordsNames.join() } };

test("lists of each record are what the world has, first and after changes, and nothing is stored twice", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  for (let each = 0; each < 2; each += 1) {
    const run = await workshop.run(named);
    assert.equal(run.exitCode, 0, String(run.error));
    for (const stream of listsOfRecordsNames) assert.deepEqual(await listFaults(workshop, stream), [], stream);
    workshop.fake.advance(86_400);
    assert.equal((await workshop.run()).exitCode, 0);
  }
  assert.equal((await workshop.run(named)).exitCode, 0);
  const again = await workshop.run(named);
  for (const stream of listsOfRecordsNames) assert.equal(again.streams.get(stream)?.stored ?? 0, 0, stream);
});

test("on an empty warehouse they say what to sync first, and end well", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const run = await workshop.run(named);
  assert.equal(run.exitCode, 0, String(run.error));
  for (const stream of listsOfRecordsNames)
    assert.ok(
      run.notes.some((note) => note.startsWith(`${stream}: the warehouse has no `)),
      stream,
    );
});

test("interrupted anywhere, the next run has everything", async (context) => {
  const workshop = await openWorkshop(context, { ...workspace, conversations: 40 });
  await workshop.run();
  for (const last of [5, 60, 110]) {
    const interruption = new AbortController();
    let requests = 0;
    const stop = workshop.fake.onRequest(() => {
      requests += 1;
      if (requests === last) interruption.abort(new Error("enough"));
    });
    assert.equal((await workshop.run({ ...named, signal: interruption.signal })).error, interruption.signal.reason);
    stop();
  }
  assert.equal((await workshop.run(named)).exitCode, 0);
  for (const stream of listsOfRecordsNames) assert.deepEqual(await listFaults(workshop, stream), [], stream);
});

test("handling events of conversations that came with a later sync are read by the next run", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const handling = { flags: { streams: "handling_events,side_conversations" } };
  await workshop.run();
  await workshop.run(handling);
  const { world } = workshop.fake;
  const [first = ""] = world.conversationIds();
  const contactId = world.contactsOf(first)[0]?.contactId ?? "";
  workshop.fake.advance(60);
  world.change.addConversation({ contactId, words: "Hello?" });
  workshop.fake.advance(60);
  await workshop.run();
  const id = world.change.addConversation({ contactId, words: "Hello again?" });
  workshop.clock.skip(7_200_000);
  world.time.touch();
  // The second conversation is not stored yet: this run reads the first, and must not take the second for read.
  await workshop.run(handling);
  workshop.clock.skip(7_200_000);
  world.time.touch();
  await workshop.run();
  const asked: string[] = [];
  workshop.fake.onRequest(({ path }) => {
    if (path.endsWith("/handling_events")) asked.push(path);
  });
  await workshop.run(handling);
  assert.ok(asked.includes(`/conversations/${id}/handling_events`), `${asked.length} were asked for`);
});

for (const flag of ["since", "until"] as const) {
  test(`a run with --${flag} does not make the next one leave out the rest`, async (context) => {
    const workshop = await openWorkshop(context, workspace);
    await workshop.run();
    const times = (await rowsOf(workshop, "select epoch(updated_at) from raw.conversations order by 1"))
      .flat()
      .map(Number);
    const middle = new Date((times[40] ?? 0) * 1000).toISOString();
    const handling = { flags: { streams: "handling_events" } };
    if (flag === "since") {
      // A cursor long before the start.
      const early = new Date((times[10] ?? 0) * 1000).toISOString();
      await workshop.run({ flags: { ...handling.flags, until: early } });
    }
    await workshop.run({ flags: { ...handling.flags, [flag]: middle } });
    assert.equal((await workshop.run(handling)).exitCode, 0);
    assert.deepEqual(await listFaults(workshop, "handling_events"), []);
  });
}

test("a list that shrinks loses its last entries, one that is gone keeps them, and one that grows again has them", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  await workshop.run(named);
  const full = await liveEntries(workshop, "handling_events", "conversation_id");
  const all = { flags: { ...named.flags, since: "2015-01-01" } };
  workshop.fake.advance(60);
  workshop.fake.faults.add({
    ...changed((json) => ({ ...json, handling_events: objectsIn(json["handling_events"]).slice(0, 1) })),
    route: "GET /conversations/{id}/handling_events",
  });
  const notes = await liveEntries(workshop, "contact_notes", "contact_id");
  const gone = [...new Set([...notes.keys()].map((key) => key.split("/")[0]))].slice(0, 3);
  workshop.fake.faults.add({ kind: "status", code: 404, path: new RegExp(`^/contacts/(${gone.join("|")})/notes$`) });
  const run = await workshop.run(all);
  assert.equal(run.exitCode, 0, String(run.error));
  const shrunk = await liveEntries(workshop, "handling_events", "conversation_id");
  assert.ok(full.size > shrunk.size && shrunk.size > 0);
  assert.deepEqual(
    [...shrunk.keys()].filter((key) => !key.endsWith("/1")),
    [],
  );
  assert.deepEqual(await liveEntries(workshop, "contact_notes", "contact_id"), notes);
  workshop.fake.faults.clear();
  workshop.fake.advance(60);
  assert.equal((await workshop.run(all)).exitCode, 0);
  for (const stream of listsOfRecordsNames) assert.deepEqual(await listFaults(workshop, stream), [], stream);
});

test("notes of many pages are read to the end that the count of pages names", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  workshop.fake.onRequest(({ route, query }) => {
    if (route !== "GET /contacts/{id}/notes") return;
    const page = Number(query.get("page") ?? 1);
    const data = Array.from({ length: 50 }, (_, index) => ({ type: "note", id: String(page * 100 + index) }));
    const body = { type: "list", data, total_count: 150, pages: { type: "pages", page, next: null, total_pages: 3 } };
    workshop.fake.faults.clear();
    workshop.fake.faults.add({ kind: "status", code: 200, body, route });
  });
  assert.equal((await workshop.run({ flags: { streams: "contact_notes", concurrency: "1" } })).exitCode, 0);
  const [[contacts] = []] = await rowsOf(workshop, "select count(distinct contact_id) from raw.contact_notes");
  assert.equal(await countOf(workshop, "contact_notes"), 150 * Number(contacts));
});

test("an entry that comes twice is stored once, and one without an id is rejected and buries nothing", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  const route = "GET /contacts/{id}/segments";
  const entries = [{ id: "1", name: "old" }, { id: "1", name: "new" }, { id: "2" }];
  workshop.fake.faults.add({ kind: "status", code: 200, body: { type: "list", data: entries }, route });
  const segments = { flags: { streams: "contact_segments" } };
  await workshop.run(segments);
  const count = await countOf(workshop, "contact_segments");
  assert.equal(
    count,
    2 * Number((await rowsOf(workshop, "select count(distinct contact_id) from raw.contact_segments"))[0]?.[0]),
  );
  await workshop.run(segments);
  assert.equal(await countOf(workshop, "contact_segments"), count, "nothing is stored again");
  workshop.fake.faults.clear();
  workshop.fake.faults.add({
    kind: "status",
    code: 200,
    body: { type: "list", data: [{ name: "no id" }, null] },
    route,
  });
  assert.equal((await workshop.run(segments)).exitCode, 6);
  assert.equal(await countOf(workshop, "contact_segments"), count);
});

test("a handling event that is null is rejected", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  const route = "GET /conversations/{id}/handling_events";
  workshop.fake.faults.add({ kind: "status", code: 200, body: { handling_events: [null] }, route });
  assert.equal((await workshop.run({ flags: { streams: "handling_events" } })).exitCode, 6);
  assert.equal(await countOf(workshop, "handling_events"), 0);
});
