import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { DuckDbWarehouse } from "../../loader/load/duckdb.ts";
import { statusText } from "../../loader/status.ts";
import { readDuckDb } from "../duckdb-file.ts";
import type { FaultKind } from "../fake/faults.ts";
import { rawSchema, Workshop, type WorkshopOptions } from "./workshop.ts";

// What Intercom says is odd for good, or says the opposite of what is so. One bad record stays one bad record, and a weak
// "no" is no fact.

const workspace: WorkshopOptions = { conversations: 60, accounts: 12, lonelyCompanies: 20, seed: 3 };
const retrieve = "GET /conversations/{id}";

async function open(context: TestContext, options: WorkshopOptions = workspace): Promise<Workshop> {
  const workshop = await Workshop.open(options);
  context.after(() => workshop.close());
  return workshop;
}

function rowsOf(workshop: Workshop, sql: string): Promise<unknown[][]> {
  return readDuckDb(workshop.duckdbPath, async (connection) =>
    (await connection.runAndReadAll(sql.replaceAll("raw.", `${rawSchema}.`))).getRows(),
  );
}

async function countOf(workshop: Workshop, from: string): Promise<number> {
  return Number((await rowsOf(workshop, `select count(*) from raw.${from}`))[0]?.[0]);
}

const rejectedIds = async (workshop: Workshop, stream: string): Promise<unknown[]> =>
  (await rowsOf(workshop, `select distinct record_id from raw._rejected where stream = '${stream}' order by 1`)).flat();

/** The answer's JSON, changed. */
const changed = (change: (json: Record<string, unknown>) => Record<string, unknown>): FaultKind => ({
  kind: "rewritten",
  rewrite: (body) => JSON.stringify(change(JSON.parse(body))),
});
const page = "<!DOCTYPE html><html><body>Something went wrong</body></html>";

const badAnswers: Readonly<Record<string, FaultKind>> = {
  "400": { kind: "status", code: 400 },
  "422": { kind: "status", code: 422 },
  "418": { kind: "status", code: 418 },
  "301": { kind: "status", code: 301, headers: { location: "/elsewhere" } },
  "500": { kind: "status", code: 500 },
  "503 with a Retry-After of ten minutes": { kind: "status", code: 503, headers: { "retry-after": "600" } },
  "502 with an HTML page": { kind: "html", code: 502 },
  "200 with an HTML page": { kind: "html", code: 200 },
  "200 with text": { kind: "status", code: 200, body: page },
  "200 with other JSON": { kind: "status", code: 200, body: { message: "Hello" } },
  "200 with an empty body": { kind: "empty" },
  "a cut body": { kind: "cut" },
  "a reset connection": { kind: "reset" },
};

for (const [name, fault] of Object.entries(badAnswers)) {
  test(`a conversation that answers ${name} for good is rejected by itself, and asked for by the next run`, async (context) => {
    const workshop = await open(context);
    const ids = [...workshop.fake.world.conversationIds()];
    const bad = ids[20] ?? "";
    workshop.fake.faults.add({ ...fault, path: new RegExp(`^/conversations/${bad}$`) });
    const startMs = workshop.clock.runningMs();
    const run = await workshop.run();
    assert.equal(run.exitCode, 6, String(run.error));
    assert.deepEqual(await rejectedIds(workshop, "conversations"), [bad]);
    assert.equal((await workshop.storedIds()).size, ids.length - 1);
    for (const stream of ["contacts", "companies", "admins", "tags"]) assert.ok((await countOf(workshop, stream)) > 0);
    assert.ok(workshop.clock.runningMs() - startMs < 40_000, "the record's tries cost the run at most 20 s");
    workshop.fake.faults.clear();
    assert.deepEqual(await workshop.faultsOfNextRun(), []);
  });
}

test("a bad conversation that is the only one to change is rejected by itself, too", async (context) => {
  const workshop = await open(context);
  await workshop.run();
  const [bad = ""] = workshop.fake.world.conversationIds();
  workshop.fake.advance(60);
  workshop.fake.world.change.customerReplies(bad, "Once more");
  workshop.fake.faults.add({ kind: "status", code: 500, path: new RegExp(`^/conversations/${bad}$`) });
  workshop.fake.advance(60);
  const startMs = workshop.clock.runningMs();
  assert.equal((await workshop.run()).exitCode, 6);
  assert.ok(workshop.clock.runningMs() - startMs < 40_000);
  workshop.fake.faults.clear();
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults(), []);
});

test("several bad conversations among good ones are rejected, however they fail", async (context) => {
  const workshop = await open(context, { ...workspace, conversations: 300 });
  const ids = [...workshop.fake.world.conversationIds()];
  const kinds = Object.values(badAnswers);
  const bad = ids.filter((_, index) => index % 9 === 0);
  for (const [index, id] of bad.entries())
    workshop.fake.faults.add({
      ...(kinds[index % kinds.length] as FaultKind),
      path: new RegExp(`^/conversations/${id}$`),
    });
  const run = await workshop.run();
  assert.deepEqual([run.exitCode, (await workshop.storedIds()).size], [6, ids.length - bad.length]);
  assert.deepEqual(await rejectedIds(workshop, "conversations"), bad.toSorted());
});

test("when no conversation at all can be had, the run stops and keeps what it has", async (context) => {
  const workshop = await open(context);
  workshop.fake.faults.add({ kind: "status", code: 500, route: retrieve, nth: 21, times: 10_000 });
  const run = await workshop.run();
  assert.equal(run.exitCode, 4);
  assert.match(String(run.error), /20 different records failed one after the other/);
  assert.ok((await workshop.storedIds()).size >= 20 - 8);
  workshop.fake.faults.clear();
  assert.deepEqual(await workshop.faultsOfNextRun(), []);
});

test("an outage of a minute is waited for, and nothing is rejected", async (context) => {
  const workshop = await open(context);
  let requests = 0;
  let downUntilMs = 0;
  workshop.fake.onRequest(() => {
    requests += 1;
    if (requests === 30) {
      downUntilMs = workshop.clock.runningMs() + 60_000;
      workshop.fake.faults.add({ kind: "status", code: 503 });
    }
    if (downUntilMs > 0 && workshop.clock.runningMs() > downUntilMs) workshop.fake.faults.clear();
  });
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults(), []);
});

/** A workspace where one contact has more companies than its own answer shows. */
async function withManyCompanies(context: TestContext): Promise<Workshop> {
  const workshop = await open(context, { ...workspace, accounts: 30 });
  const { world } = workshop.fake;
  const contacts = [...world.conversationIds()].flatMap((id) => world.contactsOf(id));
  const contactId = contacts.find(({ isDeleted }) => !isDeleted)?.contactId ?? "";
  world.change.setCompanies(
    contactId,
    world
      .accounts()
      .map((account) => account.company_id)
      .slice(0, 13),
  );
  workshop.fake.advance(60);
  return workshop;
}

test("a contact whose companies can't be had is rejected by itself, and comes with the next run", async (context) => {
  const workshop = await withManyCompanies(context);
  for (const code of [500, 422, 404]) {
    workshop.empty();
    workshop.fake.faults.add({ kind: "status", code, route: "GET /contacts/{id}/companies", times: 4 });
    const run = await workshop.run();
    assert.deepEqual([code, run.exitCode], [code, 6], String(run.error));
    assert.ok((await rejectedIds(workshop, "contacts")).length > 0);
    assert.ok((await countOf(workshop, "companies")) > 0);
    workshop.fake.faults.clear();
    assert.deepEqual(await workshop.faultsOfNextRun(), []);
  }
});

for (const code of [500, 404, 422]) {
  test(`a schedule whose exceptions answer ${code} is rejected, and the stored one stays`, async (context) => {
    const workshop = await open(context);
    await workshop.run();
    const schedules = await rowsOf(workshop, "select * from raw.office_hours_schedules order by id");
    workshop.fake.faults.add({ kind: "status", code, route: /office_hours_exceptions/ });
    const run = await workshop.run();
    assert.equal(run.exitCode, 6);
    assert.deepEqual(await rowsOf(workshop, "select * from raw.office_hours_schedules order by id"), schedules);
    workshop.fake.faults.clear();
    assert.equal((await workshop.run()).exitCode, 0);
  });
}

test("a stream whose list can't be had stops no other stream", async (context) => {
  const workshop = await open(context);
  for (const [route, code] of [
    ["GET /segments", 400],
    ["GET /contacts", 422],
    ["GET /tags", 404],
    ["GET /admins", 500],
  ] as const) {
    workshop.empty();
    workshop.fake.faults.add({ kind: "status", code, route });
    const run = await workshop.run();
    assert.deepEqual([route, run.exitCode], [route, 4]);
    const name = route.slice("GET /".length);
    for (const stream of ["conversations", "contacts", "companies", "admins", "teams", "tags", "segments"])
      assert.equal((await countOf(workshop, stream)) > 0, stream !== name, `${stream} while ${name} is missing`);
    workshop.fake.faults.clear();
    assert.deepEqual(await workshop.faultsOfNextRun(), []);
  }
});

test("a time that is none is stored as null, and milliseconds as what they are", async (context) => {
  const workshop = await open(context);
  const times: readonly unknown[] = ["yesterday", -5, 1e18, 1_700_000_000_000, true, { at: 1 }, 1.5, "1700000000"];
  const withTimes = (records: unknown): unknown =>
    (records as Record<string, unknown>[]).map((record, index) => ({
      ...record,
      updated_at: times[index % times.length],
    }));
  const oddTimes = changed((json) => ({ ...json, data: withTimes(json["data"]) }));
  workshop.fake.faults.add({ ...oddTimes, route: "GET /contacts" });
  workshop.fake.faults.add({ ...oddTimes, route: "GET /companies/scroll" });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  for (const stream of ["contacts", "companies"]) {
    const found = await rowsOf(
      workshop,
      `select distinct payload->>'$.updated_at', strftime(updated_at, '%Y-%m-%d') from raw.${stream} order by 1, 2`,
    );
    const stored = new Map(found.map(([given, at]) => [given, at]));
    assert.deepEqual([stored.get("yesterday"), stored.get("-5"), stored.get("1700000000")], [null, null, null]);
    assert.equal(stored.get("1700000000000"), "2023-11-14");
  }
});

test("many 404s that Intercom does not list as deletions are not believed", async (context) => {
  const workshop = await open(context);
  await workshop.run();
  const ids = [...workshop.fake.world.conversationIds()];
  for (const share of [1, 0.5, 0.2]) {
    workshop.fake.advance(60);
    for (const id of ids) workshop.fake.world.change.customerReplies(id, "Is it lost?");
    workshop.fake.advance(60);
    for (const id of ids.slice(0, Math.ceil(ids.length * share)))
      workshop.fake.faults.add({ kind: "status", code: 404, path: new RegExp(`^/conversations/${id}$`) });
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
  const workshop = await open(context);
  await workshop.run();
  const ids = [...workshop.fake.world.conversationIds()];
  workshop.fake.advance(60);
  for (const id of ids) workshop.fake.world.change.customerReplies(id, "Still there?");
  workshop.fake.advance(60);
  for (const id of ids.slice(0, 2))
    workshop.fake.faults.add({ kind: "status", code: 404, path: new RegExp(`^/conversations/${id}$`) });
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
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults(), []);
});

const wholeLists: readonly (readonly [stream: string, route: string, key: string])[] = [
  ["admins", "GET /admins", "admins"],
  ["teams", "GET /teams", "teams"],
  ["tags", "GET /tags", "data"],
  ["segments", "GET /segments", "segments"],
  ["companies", "GET /companies/scroll", "data"],
  ["office_hours_schedules", "GET /office_hours_schedules", "data"],
];
const buried = "json_extract_string(payload, '$.deleted') = 'true'";

for (const [stream, route, key] of wholeLists) {
  for (const [what, left] of [
    ["empty", 0],
    ["much shorter", 1],
  ] as const) {
    test(`${stream} that come back ${what} once stay`, async (context) => {
      const workshop = await open(context);
      await workshop.run();
      const shorter = changed((json) => ({ ...json, [key]: (json[key] as unknown[]).slice(0, left) }));
      workshop.fake.faults.add({ ...shorter, route, nth: 1 });
      const run = await workshop.run();
      assert.equal(run.exitCode, 0, String(run.error));
      assert.equal(await countOf(workshop, `${stream} where ${buried}`), 0);
      assert.deepEqual(await workshop.faults(), []);
    });
  }

  test(`${stream} that stay away are believed gone, and the summary says so`, async (context) => {
    const workshop = await open(context);
    await workshop.run();
    workshop.fake.faults.add({ ...changed((json) => ({ ...json, [key]: [] })), route });
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
  const workshop = await open(context);
  await workshop.run();
  const none = changed((json) => ({ ...json, data: [], total_count: 0, pages: { type: "pages" } }));
  workshop.fake.faults.add({ ...none, route: "GET /contacts" });
  const before = workshop.fake.requests.byRoute.get("GET /contacts/{id}") ?? 0;
  const run = await workshop.run();
  assert.equal(await countOf(workshop, `contacts where ${buried}`), 0);
  assert.ok((workshop.fake.requests.byRoute.get("GET /contacts/{id}") ?? 0) - before <= 20);
  assert.ok(run.notes.some((note) => /^contacts: /.test(note)));
});

test("a count of contacts that is wrong for good has the whole list read once, not in every run", async (context) => {
  const workshop = await open(context);
  await workshop.run();
  for (const by of [1, -1]) {
    const miscounted = changed((json) => ({ ...json, total_count: Number(json["total_count"]) + by }));
    workshop.fake.faults.add({ ...miscounted, route: "GET /contacts" });
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
  const workshop = await open(context, { ...workspace, conversations: 420 });
  workshop.fake.world.change.tag([...workshop.fake.world.conversationIds()], "All at a stroke");
  workshop.fake.advance(7200);
  const miscounted = changed((json) => ({ ...json, total_count: Number(json["total_count"]) + 1 }));
  workshop.fake.faults.add({ ...miscounted, route: "POST /conversations/search" });
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

test("companies of a contact whose cursor never ends cost a few requests, and nothing else", async (context) => {
  const workshop = await withManyCompanies(context);
  let number = 0;
  const endless = changed((json) => ({ ...json, pages: { type: "pages", next: { starting_after: `c${number++}` } } }));
  workshop.fake.faults.add({ ...endless, route: "GET /contacts/{id}/companies" });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.ok((workshop.fake.requests.byRoute.get("GET /contacts/{id}/companies") ?? 0) < 30);
  assert.deepEqual(await workshop.faults(), []);
});

test("a search that times out is cut until Intercom answers it", async (context) => {
  const workshop = await open(context);
  workshop.fake.faults.add({ kind: "status", code: 504, route: "POST /conversations/search", times: 9 });
  const run = await workshop.run();
  assert.equal(run.exitCode, 0, String(run.error));
  assert.deepEqual(await workshop.faults(), []);
  assert.ok((workshop.fake.requests.byRoute.get("POST /conversations/search") ?? 0) < 40);
});

test("a total that is text, or no number at all, changes nothing", async (context) => {
  const workshop = await open(context);
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
