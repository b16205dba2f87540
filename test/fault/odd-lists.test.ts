import assert from "node:assert/strict";
import { test } from "node:test";
import { DuckDbWarehouse } from "../../loader/load/duckdb/warehouse.ts";
import { statusText } from "../../loader/sync/status.ts";
import { type JsonObject, objectsIn } from "../fake/json.ts";
import { changed, miscounted } from "./odd-answers.ts";
import { countOf, oddWorkspace, openWorkshop, rowsOf, withManyCompanies } from "./odd-workshop.ts";
import { rawSchema, type Workshop } from "./workshop.ts";

// Lists that count wrong, page oddly, or are too heavy: every loop ends, and what is there is stored.

test("a count of contacts that is wrong for good has the whole list read once, not in every run", async (context) => {
  const workshop = await openWorkshop(context);
  await workshop.run();
  for (const by of [1, -1]) {
    workshop.fake.faults.add({ ...miscounted(by), route: "GET /contacts" });
    workshop.fake.advance(60);
    await workshop.run();
    const before = workshop.fake.requests.byRoute.get("GET /contacts") ?? 0;
    workshop.fake.advance(60);
    const run = await workshop.run();
    assert.equal(run.exitCode, 0, String(run.error));
    assert.equal((workshop.fake.requests.byRoute.get("GET /contacts") ?? 0) - before, 1, `${by} too many`);
    workshop.fake.faults.clear();
  }
});

test("a count that is one too high for good moves the cursor all the same, and is told", async (context) => {
  const workshop = await openWorkshop(context, { ...oddWorkspace, conversations: 420 });
  workshop.fake.world.change.tag([...workshop.fake.world.conversationIds()], "All at a stroke");
  workshop.fake.advance(7200);
  workshop.fake.faults.add({ ...miscounted(1), route: "POST /conversations/search" });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok(
    run.notes.some((note) => /^conversations: Intercom counts \d+ more/.test(note)),
    run.notes.join("\n"),
  );
  const warehouse = await DuckDbWarehouse.open({
    path: workshop.duckdbPath,
    rawDataset: rawSchema,
    stateDirectory: workshop.folder,
  });
  await warehouse.prepare();
  const streams = await warehouse.status();
  await warehouse.close();
  const cursor = streams.find(({ stream }) => stream === "conversations")?.cursor ?? 0;
  assert.ok(cursor > workshop.fake.world.time.now() - 60, `the cursor is at ${new Date(cursor * 1000).toISOString()}`);
  assert.match(statusText(streams, undefined, cursor), /conversations: Intercom counts \d+ more than it shows/);
  workshop.fake.advance(60);
  const before = workshop.fake.requests.byRoute.get("POST /conversations/search") ?? 0;
  await workshop.run();
  assert.ok((workshop.fake.requests.byRoute.get("POST /conversations/search") ?? 0) - before <= 4);
});

/** A contact's companies by cursor, so many a page; what comes after the last page is up to `nextOf`. */
function byCursor(workshop: Workshop, perPage: number, nextOf: (end: number, total: number) => string | null): void {
  let whole: readonly JsonObject[] = [];
  let start = 0;
  workshop.fake.onRequest(({ query }) => {
    start = Number(query.get("starting_after") ?? 0);
  });
  const page = changed((json) => {
    if (whole.length === 0) whole = objectsIn(json["companies"] ?? json["data"]);
    const from = start % whole.length;
    const next = nextOf(start + perPage, whole.length);
    const pages = { type: "pages", next: next === null ? null : { starting_after: next } };
    return { type: "list", data: whole.slice(from, from + perPage), total_count: whole.length, pages };
  });
  workshop.fake.faults.add({ ...page, route: "GET /contacts/{id}/companies" });
}

test("companies of a contact that come by cursor are all there", async (context) => {
  const workshop = await withManyCompanies(context);
  byCursor(workshop, 5, (end, total) => (end < total ? String(end) : null));
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.deepEqual(await workshop.faults(), []);
});

test("companies of a contact whose cursor never ends cost a few requests, and nothing else", async (context) => {
  const workshop = await withManyCompanies(context);
  byCursor(workshop, 20, String);
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok((workshop.fake.requests.byRoute.get("GET /contacts/{id}/companies") ?? 0) < 30);
  assert.deepEqual(await workshop.faults(), []);
});

test("a search that times out is cut until Intercom answers it", async (context) => {
  const workshop = await openWorkshop(context);
  workshop.fake.faults.add({ kind: "status", code: 504, route: "POST /conversations/search", times: 9 });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.deepEqual(await workshop.faults(), []);
  assert.ok((workshop.fake.requests.byRoute.get("POST /conversations/search") ?? 0) < 40);
});

test("a total that is text, or no number at all, changes nothing", async (context) => {
  const workshop = await openWorkshop(context);
  for (const total of ["12", "many", null, -3, {}]) {
    workshop.empty();
    const odd = changed((json) => ({ ...json, total_count: total }));
    for (const route of ["POST /conversations/search", "GET /contacts", "GET /conversations/deleted"])
      workshop.fake.faults.add({ ...odd, route });
    const run = await workshop.run();
    assert.equal(run.exitCode, 0, `${JSON.stringify(total)}: ${String(run.error)}`);
    workshop.fake.faults.clear();
    assert.deepEqual(await workshop.faults(), []);
  }
});

test("a list of contacts that names no next page is not whole, although its only page is full", async (context) => {
  const workshop = await openWorkshop(context, { ...oddWorkspace, conversations: 1500 });
  const contacts = { flags: { streams: "contacts" } };
  workshop.fake.faults.add({ ...changed((json) => ({ ...json, pages: null })), route: "GET /contacts" });
  const run = await workshop.run(contacts);
  assert.equal(run.exitCode, 4);
  assert.match(String(run.error), /contacts: Intercom counts more than it shows, and names no next page/);
  assert.equal(await countOf(workshop, "_loads where stream = 'contacts' and window_to is not null"), 0);
  workshop.fake.faults.clear();
  assert.equal((await workshop.run(contacts)).exitCode, 0);
  const [[total] = []] = await rowsOf(workshop, "select count(distinct id) from raw.contacts");
  assert.ok(Number(total) > 150, `${total} contacts`);
  const found = (await workshop.faults("loose")).filter((fault) => /contacts/.test(fault));
  assert.deepEqual(found, []);
});
