import assert from "node:assert/strict";
import { test } from "node:test";
import { objectsIn } from "../fake/json.ts";
import { changed, pathOf, shortened, wholeLists } from "./odd-answers.ts";
import { countOf, oddWorkspace, openWorkshop, retrieve, rowsOf } from "./odd-workshop.ts";

// A weak "no" is no fact: a 404, or a list that came back short, may be a lost permission or an outage.

test("many 404s that Intercom does not list as deletions are not believed", async (context) => {
  const workshop = await openWorkshop(context);
  await workshop.run();
  const ids = [...workshop.fake.world.conversationIds()];
  for (const share of [1, 0.5, 0.2]) {
    workshop.fake.advance(60);
    for (const id of ids) workshop.fake.world.change.customerReplies(id, "Is it lost?");
    workshop.fake.advance(60);
    for (const id of ids.slice(0, Math.ceil(ids.length * share)))
      workshop.fake.faults.add({ kind: "status", code: 404, path: pathOf(id) });
    const before = await countOf(workshop, "deleted_conversations");
    const run = await workshop.run();
    assert.equal(run.exitCode, 4, `${share}: ${String(run.error)}`);
    assert.match(String(run.error), /lists none of them as deleted/);
    assert.equal(await countOf(workshop, "deleted_conversations"), before);
    workshop.fake.faults.clear();
    const next = await workshop.run();
    assert.equal(next.exitCode, 0, String(next.error));
    assert.deepEqual(await workshop.faults(), []);
  }
});

test("a few 404s among good answers are deletions, and so are many that Intercom lists", async (context) => {
  const workshop = await openWorkshop(context);
  await workshop.run();
  const ids = [...workshop.fake.world.conversationIds()];
  workshop.fake.advance(60);
  for (const id of ids) workshop.fake.world.change.customerReplies(id, "Still there?");
  workshop.fake.advance(60);
  for (const id of ids.slice(0, 2)) workshop.fake.faults.add({ kind: "status", code: 404, path: pathOf(id) });
  // Deleted between the search and the retrieval, which Intercom lists.
  let isDone = false;
  workshop.fake.onRequest(({ route }) => {
    if (route !== retrieve || isDone) return;
    isDone = true;
    for (const id of ids.slice(10, 40)) workshop.fake.world.change.delete(id);
  });
  const before = await countOf(workshop, "deleted_conversations where deleted_at is null");
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok((await countOf(workshop, "deleted_conversations where deleted_at is null")) >= before + 2);
  workshop.fake.faults.clear();
  workshop.fake.advance(60);
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults(), []);
});

const buried = "json_extract_string(payload, '$.deleted') = 'true'";

for (const [stream, route, key] of wholeLists) {
  for (const [what, left] of [
    ["empty", 0],
    ["much shorter", 1],
  ] as const) {
    test(`${stream} that come back ${what} once stay`, async (context) => {
      const workshop = await openWorkshop(context);
      await workshop.run();
      workshop.fake.faults.add({ ...shortened(key, left), route, nth: 1 });
      const run = await workshop.run();
      assert.equal(run.exitCode, 0, String(run.error));
      assert.equal(await countOf(workshop, `${stream} where ${buried}`), 0);
      assert.deepEqual(await workshop.faults(), []);
    });
  }

  test(`${stream} that stay away are believed gone, and the summary says so`, async (context) => {
    const workshop = await openWorkshop(context);
    await workshop.run();
    workshop.fake.faults.add({ ...shortened(key, 0), route });
    const run = await workshop.run();
    assert.equal(run.exitCode, 0, String(run.error));
    assert.ok((await countOf(workshop, `${stream} where ${buried}`)) > 0);
    assert.ok(
      run.notes.some((note) => note.startsWith(`${stream}: `) && /gone from Intercom's list/.test(note)),
      run.notes.join("\n"),
    );
  });
}

test("contacts that the list lacks, and that are there by name, are not taken for deleted", async (context) => {
  const workshop = await openWorkshop(context);
  await workshop.run();
  const none = changed((json) => ({ ...json, data: [], total_count: 0, pages: { type: "pages" } }));
  workshop.fake.faults.add({ ...none, route: "GET /contacts" });
  const before = workshop.fake.requests.byRoute.get("GET /contacts/{id}") ?? 0;
  const run = await workshop.run();
  assert.equal(await countOf(workshop, `contacts where ${buried}`), 0);
  assert.ok((workshop.fake.requests.byRoute.get("GET /contacts/{id}") ?? 0) - before <= 20);
  assert.ok(run.notes.some((note) => /^contacts: /.test(note)));
});

test("a scroll that ends long before its own count buries nothing", async (context) => {
  const workshop = await openWorkshop(context, { ...oddWorkspace, lonelyCompanies: 150 });
  await workshop.run();
  const cut = changed((json) => ({
    ...json,
    data: objectsIn(json["data"]).slice(0, 25),
    total_count: 150,
    scroll_param: null,
  }));
  workshop.fake.faults.add({ ...cut, route: "GET /companies/scroll" });
  const run = await workshop.run();
  assert.equal(run.exitCode, 4, String(run.error));
  assert.match(String(run.error), /companies/);
  assert.equal(await countOf(workshop, `companies where ${buried}`), 0);
  workshop.fake.faults.clear();
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults(), []);
});

test("a clock that is a year ahead does not move the cursor there", async (context) => {
  const workshop = await openWorkshop(context);
  const ahead = new Date(workshop.clock.nowMs() + 365 * 86_400_000).toUTCString();
  workshop.fake.faults.add({
    kind: "status",
    code: 200,
    body: workshop.fake.world.me(),
    headers: { date: ahead },
    nth: 1,
  });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok(
    run.notes.some((note) => /clock is 36[45] days ahead/.test(note)),
    run.notes.join("\n"),
  );
  const [[cursor] = []] = await rowsOf(
    workshop,
    "select epoch(max(window_to)) from raw._loads where stream = 'conversations'",
  );
  assert.ok(Number(cursor) <= workshop.clock.nowMs() / 1000);
});

for (const date of [
  "Fri, 01 Jan 2260 00:00:00 GMT",
  "Fri, 01 Jan 50000 00:00:00 GMT",
  "Tue, 13 Sep 275760 00:00:00 GMT",
]) {
  test(`a clock that stays at ${date} moves no cursor and dates no row, and the next run goes on from today`, async (context) => {
    const workshop = await openWorkshop(context);
    // Whole seconds, as Intercom's times are: the desk has no conversation of half a second.
    const behindMs = workshop.clock.nowMs() - workshop.fake.world.time.serverNowMs();
    workshop.fake.advance(Math.max(0, Math.ceil(behindMs / 1000)));
    workshop.fake.faults.add({ kind: "rewritten", rewrite: (body) => body, headers: { date } });
    const run = await workshop.run();
    assert.equal(run.exitCode, 0, String(run.error));
    assert.ok(run.notes.some((note) => /days ahead/.test(note)));
    const latest = `select max(epoch(latest)) from (
      select max(window_to) as latest from raw._loads union all select max(_fetched_at) from raw.conversations
      union all select max(_fetched_at) from raw.contacts union all select max(_fetched_at) from raw.tags)`;
    assert.ok(Number((await rowsOf(workshop, latest))[0]?.[0]) <= workshop.clock.nowMs() / 1000);
    workshop.fake.faults.clear();
    const [id = ""] = workshop.fake.world.conversationIds();
    workshop.fake.advance(60);
    workshop.fake.world.change.customerReplies(id, "Once more");
    workshop.fake.advance(60);
    assert.equal((await workshop.run()).exitCode, 0);
    assert.deepEqual(await workshop.faults(), []);
  });
}
