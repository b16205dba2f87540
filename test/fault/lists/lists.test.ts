import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, objectsIn } from "../../fake/json.ts";
import { changed, shortened } from "../odd-answers.ts";
import { countOf, openWorkshop, rowsOf } from "../odd-workshop.ts";
import { requestsOf } from "../tickets/ticket-workshop.ts";
import type { Workshop, WorkshopOptions } from "../workshop.ts";
import { liveEntries } from "./on-demand.ts";

// The lists of a default run that are no core lists, and calls and activity logs: what is odd about one is its own affair.

const workspace: WorkshopOptions = {
  conversations: 40,
  accounts: 8,
  lonelyCompanies: 4,
  tickets: 12,
  isWhole: true,
  seed: 3,
};
const shortLists = [
  ["ticket_types", "GET /ticket_types"],
  ["ticket_states", "GET /ticket_states"],
  ["conversation_attributes", "GET /conversations/attributes"],
  ["data_attributes", "GET /data_attributes"],
  ["collections", "GET /help_center/collections"],
  ["help_centers", "GET /help_center/help_centers"],
  ["subscription_types", "GET /subscription_types"],
  ["away_status_reasons", "GET /away_status_reasons"],
] as const;
const names = [...shortLists.map(([stream]) => stream), "articles"].join();

const buried = (workshop: Workshop, stream: string): Promise<number> =>
  countOf(workshop, `${stream} where cast(payload as varchar) like '{"type":"%","id":"%","deleted":true}'`);

const letADayPass = (workshop: Workshop): void => {
  workshop.clock.skip(86_400_000);
  workshop.fake.world.time.touch();
};

test("lists that come back empty or short once lose nothing", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run({ flags: { streams: names } });
  for (const left of [0, 1]) {
    for (const [, route] of shortLists) workshop.fake.faults.add({ ...shortened("data", left), route, nth: 1 });
    workshop.fake.faults.add({ ...shortened("data", left), route: "GET /articles", nth: 1 });
    const run = await workshop.run({ flags: { streams: names } });
    assert.equal(run.exitCode, 0, String(run.error));
    workshop.fake.faults.clear();
    for (const [stream] of shortLists) assert.equal(await buried(workshop, stream), 0, stream);
    assert.equal(await buried(workshop, "articles"), 0);
  }
});

test("lists that stay empty count as gone, with a note each, and are there again when they come back", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  for (const [, route] of shortLists) workshop.fake.faults.add({ ...shortened("data", 0), route });
  const run = await workshop.run({ flags: { streams: names } });
  assert.equal(run.exitCode, 0, String(run.error));
  for (const [stream] of shortLists) {
    assert.ok((await buried(workshop, stream)) > 0, stream);
    assert.ok(
      run.notes.some((note) => note.startsWith(`${stream}: `) && /gone from Intercom's list/.test(note)),
      stream,
    );
  }
  workshop.fake.faults.clear();
  workshop.fake.advance(60);
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults("loose"), []);
});

test("ids that come twice are stored once, and a record without one is rejected and has nothing buried", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  const before = await countOf(workshop, "collections");
  const twice = changed((json) => ({ ...json, data: [...objectsIn(json["data"]), ...objectsIn(json["data"])] }));
  workshop.fake.faults.add({ ...twice, route: "GET /help_center/collections" });
  assert.equal((await workshop.run()).exitCode, 0);
  assert.equal(await countOf(workshop, "collections"), before);
  workshop.fake.faults.clear();
  for (const [, route] of shortLists)
    workshop.fake.faults.add({
      ...changed((json) => ({
        ...json,
        data: objectsIn(json["data"]).map((record, index) => (index === 0 ? nameless(route, record) : record)),
      })),
      route,
    });
  const run = await workshop.run();
  assert.equal(run.exitCode, 6, String(run.error));
  for (const [stream] of shortLists) assert.equal(await buried(workshop, stream), 0, stream);
  assert.equal(await countOf(workshop, "data_attributes where id not like '%.%'"), 0);
});

for (const order of ["before", "after"] as const) {
  test(`of two attributes with one full name, the one that is not archived is stored: it comes ${order} the archived`, async (context) => {
    const workshop = await openWorkshop(context, workspace);
    const doubled = changed((json) => {
      const all = objectsIn(json["data"]);
      const used = all.filter((attribute) => attribute["archived"] !== true);
      const archived = used.map((attribute) => ({ ...attribute, id: 999, description: "old", archived: true }));
      return { ...json, data: order === "before" ? [...all, ...archived] : [...archived, ...all] };
    });
    workshop.fake.faults.add({ ...doubled, route: "GET /data_attributes" });
    assert.equal((await workshop.run({ flags: { streams: "data_attributes" } })).exitCode, 0);
    assert.ok((await countOf(workshop, "data_attributes")) > 3);
    assert.equal(await countOf(workshop, "data_attributes where payload ->> 'description' = 'old'"), 0);
  });
}

test("an archived attribute on a later page does not displace the one that is in use", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const attribute = { type: "data_attribute", model: "contact", name: "plan", full_name: "custom_attributes.plan" };
  workshop.fake.onRequest(({ route, query }) => {
    if (route !== "GET /data_attributes") return;
    const page = Number(query.get("page") ?? 1);
    const data = page === 1 ? [{ ...attribute, archived: true }] : [{ ...attribute, archived: false }];
    const pages = { type: "pages", page, next: null, total_pages: 2 };
    workshop.fake.faults.clear();
    workshop.fake.faults.add({ kind: "status", code: 200, body: { type: "list", data, pages }, route });
  });
  assert.equal((await workshop.run({ flags: { streams: "data_attributes", concurrency: "1" } })).exitCode, 0);
  const stored = await rowsOf(workshop, "select payload ->> 'archived' from raw.data_attributes");
  assert.deepEqual(stored, [["false"]]);
});

/** What is left of a record without what makes its id: an attribute's own `id` is none. */
function nameless(route: string, record: JsonObject): JsonObject {
  return route === "GET /data_attributes" ? { ...record, id: 12, name: null, full_name: null } : { description: "" };
}

for (const total of [1, 1000, "many", null] as const) {
  test(`articles whose total is ${total} are all stored, and none is buried`, async (context) => {
    const workshop = await openWorkshop(context, workspace);
    const wrong = changed((json) => ({ ...json, total_count: total }));
    workshop.fake.faults.add({ ...wrong, route: "GET /articles" });
    for (let each = 0; each < 2; each += 1)
      assert.equal((await workshop.run({ flags: { streams: "articles" } })).exitCode, 0);
    assert.equal(await countOf(workshop, "articles"), workshop.fake.world.knowledge.articles().length);
    assert.equal(await buried(workshop, "articles"), 0);
  });
}

test("an article's statistics are fetched again on the next day of UTC, and on the same day only if it changed", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const articles = { flags: { streams: "articles" } };
  await workshop.run(articles);
  const count = workshop.fake.world.knowledge.articles().length;
  const same = await requestsOf(workshop, () => workshop.run(articles));
  assert.equal(same.of("GET /articles/{id}"), 0);
  const changedOne = changed((json) => ({
    ...json,
    data: objectsIn(json["data"]).map((article) => (article["id"] === "7003" ? { ...article, title: "New" } : article)),
  }));
  workshop.fake.faults.add({ ...changedOne, route: "GET /articles" });
  const touched = await requestsOf(workshop, () => workshop.run(articles));
  assert.equal(touched.of("GET /articles/{id}"), 1);
  letADayPass(workshop);
  const next = await requestsOf(workshop, () => workshop.run(articles));
  assert.equal(next.of("GET /articles/{id}"), count);
});

test("an article that is gone or broken by itself is left out or rejected, and the others are stored", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  workshop.fake.faults.add({ kind: "status", code: 404, path: /^\/articles\/7001$/ });
  workshop.fake.faults.add({ kind: "status", code: 200, body: { id: "1" }, path: /^\/articles\/7002$/ });
  const run = await workshop.run({ flags: { streams: "articles" } });
  assert.equal(run.exitCode, 6, String(run.error));
  assert.equal(await countOf(workshop, "articles"), workshop.fake.world.knowledge.articles().length - 2);
  workshop.fake.faults.clear();
  assert.equal((await workshop.run({ flags: { streams: "articles" } })).exitCode, 0);
  assert.equal(await countOf(workshop, "articles"), workshop.fake.world.knowledge.articles().length);
});

test("a transcript that comes a day after its call is stored, and old calls are not asked for again", async (context) => {
  const workshop = await openWorkshop(context, { ...workspace, conversations: 400 });
  const now = workshop.fake.world.time.now();
  const calls = { flags: { streams: "calls" } };
  const route = "POST /calls/search";
  // The first call of the list has just ended.
  const recent = changed((json) => ({
    ...json,
    data: objectsIn(json["data"]).map((call, index) => (index === 0 ? { ...call, updated_at: now } : call)),
  }));
  const [latest] = workshop.fake.world.around.calls(0, 1);
  const id = String(latest?.["id"]);
  const untold = changed((json) => ({
    ...json,
    data: objectsIn(json["data"]).map((call) => ({
      ...call,
      updated_at: now,
      transcript: [],
      transcript_status: null,
    })),
  }));
  workshop.fake.faults.add({ ...recent, route: "GET /calls" });
  workshop.fake.faults.add({ ...untold, route });
  await workshop.run(calls);
  workshop.fake.faults.clear();
  workshop.fake.faults.add({ ...recent, route: "GET /calls" });
  const said = [{ speaker: "User", text: "Hello" }];
  const told = changed((json) => ({
    ...json,
    data: objectsIn(json["data"]).map((call) => ({ ...call, transcript: said })),
  }));
  workshop.fake.faults.add({ ...told, route });
  letADayPass(workshop);
  const { run, of } = await requestsOf(workshop, () => workshop.run(calls));
  assert.deepEqual([run.exitCode, of(route), run.streams.get("calls")?.stored], [0, 1, 1]);
  const stored = JSON.parse((await liveEntries(workshop, "calls")).get(id) ?? "null");
  assert.deepEqual(stored.transcript, said);
  for (let day = 0; day < 4; day += 1) {
    letADayPass(workshop);
    await workshop.run(calls);
  }
  letADayPass(workshop);
  assert.equal((await requestsOf(workshop, () => workshop.run(calls))).of(route), 0);
});

test("activity logs have no address in them unless it is asked for, and each run reads what is new", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const logs = { flags: { streams: "activity_logs" } };
  const first = await requestsOf(workshop, () => workshop.run(logs));
  const { world } = workshop.fake;
  const all = (): number => world.around.activityLogs(0, world.time.now()).length;
  assert.equal(await countOf(workshop, "activity_logs"), all());
  assert.equal(await countOf(workshop, "activity_logs where cast(payload as varchar) like '%198.51.100.%'"), 0);
  workshop.fake.advance(3 * 86_400);
  const next = await requestsOf(workshop, () => workshop.run(logs));
  assert.equal(await countOf(workshop, "activity_logs"), all());
  assert.ok(next.of("GET /admins/activity_logs") <= 2 && first.of("GET /admins/activity_logs") > 10);
  await workshop.run({ flags: { ...logs.flags, since: "2015-01-01", withIpAddresses: true } });
  const live = [...(await liveEntries(workshop, "activity_logs")).values()];
  assert.ok(live.every((text) => text.includes('"ip":"198.51.100.')));
});

test("a run of activity logs with --since does not make the next one leave out the rest", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  const logs = { streams: "activity_logs" };
  await workshop.run({ flags: logs });
  workshop.fake.advance(10 * 86_400);
  const since = new Date((workshop.fake.world.time.now() - 86_400) * 1000).toISOString();
  await workshop.run({ flags: { ...logs, since } });
  await workshop.run({ flags: logs });
  const { world } = workshop.fake;
  const [[stored] = []] = await rowsOf(workshop, "select count(distinct id) from raw.activity_logs");
  assert.equal(Number(stored), world.around.activityLogs(0, world.time.now()).length);
});

test("lists that a token may not read are skipped by name, and nothing of them is buried", async (context) => {
  const workshop = await openWorkshop(context, workspace);
  await workshop.run();
  const body = { type: "error.list", errors: [{ code: "forbidden", message: "no" }] };
  for (const [, route] of shortLists) workshop.fake.faults.add({ kind: "status", code: 403, body, route });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  for (const [stream] of shortLists) {
    assert.ok(
      run.notes.some((note) => note.startsWith(`${stream}: skipped.`)),
      stream,
    );
    assert.equal(await buried(workshop, stream), 0, stream);
  }
});
