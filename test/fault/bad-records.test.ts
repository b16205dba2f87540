import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, type JsonValue, objectsIn } from "../fake/json.ts";
import { badRecordFaults } from "./bad-records.ts";
import { badAnswers, changed, pathOf } from "./odd-answers.ts";
import {
  countOf,
  oddWorkspace,
  openWorkshop,
  rejectedIds,
  retrieve,
  rowsOf,
  withManyCompanies,
} from "./odd-workshop.ts";

// One bad record is one bad record: it is rejected under its id, everything else is stored, and the next run asks again.

for (const [name, fault] of Object.entries(badAnswers)) {
  test(`a conversation that answers ${name} for good is rejected by itself, and asked for by the next run`, async (context) => {
    const workshop = await openWorkshop(context);
    const bad = [...workshop.fake.world.conversationIds()][20] ?? "";
    assert.deepEqual(await badRecordFaults(workshop, fault, bad), []);
    assert.deepEqual(await rejectedIds(workshop, "conversations"), [bad]);
  });
}

test("a bad conversation that is the only one to change is rejected by itself, too", async (context) => {
  const workshop = await openWorkshop(context);
  await workshop.run();
  const [bad = ""] = workshop.fake.world.conversationIds();
  workshop.fake.advance(60);
  workshop.fake.world.change.customerReplies(bad, "Once more");
  workshop.fake.faults.add({ kind: "status", code: 500, path: pathOf(bad) });
  workshop.fake.advance(60);
  const startMs = workshop.clock.runningMs();
  assert.equal((await workshop.run()).exitCode, 6);
  assert.ok(workshop.clock.runningMs() - startMs < 40_000);
  workshop.fake.faults.clear();
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults(), []);
});

test("a conversation that takes its time holds up no window", async (context) => {
  const workshop = await openWorkshop(context, { ...oddWorkspace, conversations: 1000 });
  const ids = [...workshop.fake.world.conversationIds()];
  const slow = ids[7] ?? "";
  const others = Promise.withResolvers<void>();
  let asked = 0;
  workshop.fake.onRequest(async ({ route, path }) => {
    if (route !== retrieve) return;
    if (path === `/conversations/${slow}`) return others.promise;
    asked += 1;
    if (asked === ids.length - 1) others.resolve();
  });
  assert.equal((await workshop.run()).exitCode, 0);
  assert.deepEqual(await workshop.faults(), []);
});

test("several bad conversations among good ones are rejected, however they fail", async (context) => {
  const workshop = await openWorkshop(context, { ...oddWorkspace, conversations: 300 });
  const ids = [...workshop.fake.world.conversationIds()];
  const kinds = Object.values(badAnswers);
  const bad = ids.filter((_, index) => index % 9 === 0);
  for (const [index, id] of bad.entries())
    for (const kind of kinds.slice(index % kinds.length, (index % kinds.length) + 1))
      workshop.fake.faults.add({ ...kind, path: pathOf(id) });
  const run = await workshop.run();
  assert.deepEqual([run.exitCode, (await workshop.storedIds()).size], [6, ids.length - bad.length]);
  assert.deepEqual(await rejectedIds(workshop, "conversations"), bad.toSorted());
});

test("dozens of bad conversations among thousands stop no run, also when the next one asks for them again", async (context) => {
  const workshop = await openWorkshop(context, { ...oddWorkspace, conversations: 600 });
  const ids = [...workshop.fake.world.conversationIds()];
  const bad = ids.filter((_, index) => index % 15 === 0);
  const [changedId = ""] = ids.slice(1);
  for (const id of bad) workshop.fake.faults.add({ kind: "status", code: 422, path: pathOf(id) });
  assert.equal((await workshop.run()).exitCode, 6);
  assert.deepEqual(await rejectedIds(workshop, "conversations"), bad.toSorted());
  workshop.fake.advance(60);
  workshop.fake.world.change.customerReplies(changedId, "And now?");
  workshop.fake.advance(60);
  const next = await workshop.run();
  assert.equal(next.exitCode, 6, String(next.error));
  assert.ok((next.streams.get("conversations")?.stored ?? 0) > 0, "what is new is stored beside what fails");
  assert.ok(next.streams.has("contacts"));
});

test("an answer that is another conversation is not stored as the one that was asked for", async (context) => {
  const workshop = await openWorkshop(context);
  const [asked = "", other = ""] = workshop.fake.world.conversationIds();
  const body = workshop.fake.world.conversation(other, false);
  assert.ok(body !== null);
  workshop.fake.faults.add({ kind: "status", code: 200, body, path: pathOf(asked) });
  assert.equal((await workshop.run()).exitCode, 6);
  assert.deepEqual(await rejectedIds(workshop, "conversations"), [asked]);
  workshop.fake.faults.clear();
  assert.deepEqual(await workshop.faultsOfNextRun(), []);
});

const partsOf = (json: JsonObject): readonly JsonObject[] => {
  const list = json["conversation_parts"] as JsonObject;
  return objectsIn(list["conversation_parts"]);
};
const withParts = (json: JsonObject, parts: readonly JsonObject[]): JsonObject => {
  const list = json["conversation_parts"] as JsonObject;
  return { ...json, conversation_parts: { ...list, conversation_parts: parts } };
};

for (const [what, spoil] of [
  ["without its parts", (json: JsonObject) => withParts(json, [])],
  [
    "with a part that can't be stored",
    (json: JsonObject) =>
      withParts(
        json,
        partsOf(json).map((part, index) => (index === 0 ? { ...part, created_at: "yesterday" } : part)),
      ),
  ],
] as const) {
  test(`a thread that comes ${what} is stored as it is, and asked for again`, async (context) => {
    const workshop = await openWorkshop(context);
    const long = [...workshop.fake.world.conversationIds()].find((id) => {
      const conversation = workshop.fake.world.conversation(id, false);
      return conversation !== null && partsOf(conversation).length > 4;
    });
    assert.ok(long !== undefined);
    workshop.fake.faults.add({ ...changed(spoil), path: pathOf(long) });
    assert.equal((await workshop.run()).exitCode, 6);
    assert.ok((await rejectedIds(workshop, "conversations")).includes(long));
    workshop.fake.faults.clear();
    workshop.fake.advance(60);
    const next = await workshop.run();
    assert.equal(next.exitCode, 0, String(next.error));
    assert.deepEqual(await workshop.faults("loose"), []);
  });
}

test("when no conversation at all can be had, the run stops and keeps what it has", async (context) => {
  const workshop = await openWorkshop(context);
  workshop.fake.faults.add({ kind: "status", code: 500, route: retrieve, nth: 21, times: 10_000 });
  const run = await workshop.run();
  assert.equal(run.exitCode, 4);
  assert.match(String(run.error), /20 different records failed one after the other/);
  assert.ok((await workshop.storedIds()).size >= 20 - 8);
  workshop.fake.faults.clear();
  assert.deepEqual(await workshop.faultsOfNextRun(), []);
});

test("when every conversation becomes other JSON, the run stops, also where others came before", async (context) => {
  const workshop = await openWorkshop(context);
  const hello = { kind: "status", code: 200, body: { message: "Hello" } } as const;
  workshop.fake.faults.add({ ...hello, route: retrieve, nth: 11, times: 10_000 });
  const run = await workshop.run();
  assert.equal(run.exitCode, 4);
  assert.match(String(run.error), /20 different records failed one after the other/);
  workshop.fake.faults.clear();
  assert.deepEqual(await workshop.faultsOfNextRun(), []);
});

test("an outage of a minute is waited for, and nothing is rejected", async (context) => {
  const workshop = await openWorkshop(context);
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
    const workshop = await openWorkshop(context);
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
  const workshop = await openWorkshop(context);
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
  const workshop = await openWorkshop(context);
  const times: readonly JsonValue[] = ["yesterday", -5, 1e18, 1_700_000_000_000, true, { at: 1 }, 1.5, "1700000000"];
  const withTimes = (records: JsonValue): JsonObject[] =>
    objectsIn(records).map((record, index) => ({ ...record, updated_at: times[index % times.length] }));
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
