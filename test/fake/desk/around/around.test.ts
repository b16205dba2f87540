import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeClient, idsOf, objectOf } from "../../intercom/client.ts";
import { assertPlanned, startedFor } from "../../intercom/started.ts";
import { at, type JsonObject, objectsIn } from "../../json.ts";
import { GeneratedWorld } from "../generated-world.ts";

const DAY = 86400;
const QUERY = { field: "created_at", operator: ">", value: 0 };

describe("articles", () => {
  test("are listed from the latest change on, each once, over all pages", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    const client = new FakeClient(fake);
    const found: JsonObject[] = [];
    for (let page = 1; ; page++) {
      const answer = await client.object(`/articles?page=${page}&per_page=13`);
      found.push(...objectsIn(answer["data"]));
      if (page >= Number(at(answer, "pages.total_pages"))) break;
    }
    assert.equal(new Set(idsOf(found)).size, found.length);
    assert.ok(found.length > 80, `${found.length} articles`);
    const times = found.map((article) => Number(article["updated_at"]));
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    assertPlanned(fake);
  });

  test("with the clock some are new, some changed, some gone; what they count grows without a change", () => {
    const world = new GeneratedWorld({ conversations: 20, now: () => 0 });
    const before = new Map(world.knowledge.articles().map((article) => [String(article["id"]), article]));
    const viewsBefore = [...before.keys()].map((id) => Number(at(world.knowledge.article(id), "statistics.views")));
    world.advance(60 * DAY);
    const after = new Map(world.knowledge.articles().map((article) => [String(article["id"]), article]));
    const changed = [...after].filter(
      ([id, article]) => before.has(id) && before.get(id)?.["updated_at"] !== article["updated_at"],
    );
    assert.ok([...after.keys()].some((id) => !before.has(id)));
    assert.ok([...before.keys()].some((id) => !after.has(id)));
    assert.ok(changed.length > 5 && changed.length < after.size);
    const grown = [...before.keys()].filter((id, index) => {
      const views = Number(at(world.knowledge.article(id), "statistics.views"));
      return views > (viewsBefore[index] ?? 0) && before.get(id)?.["updated_at"] === after.get(id)?.["updated_at"];
    });
    assert.ok(grown.length > 5, `${grown.length} grown`);
  });
});

describe("what QA found", () => {
  const world = new GeneratedWorld({ conversations: 400, isWhole: true, now: () => 0 });

  test("comes with the search alone, and each kind only when it was asked for", async (t) => {
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const keysWith = async (flags: string): Promise<ReadonlySet<string>> => {
      const page = objectOf(await client.post(`/conversations/search${flags}`, { query: QUERY }));
      return new Set(objectsIn(page["conversations"]).flatMap((conversation) => Object.keys(conversation)));
    };
    for (const [flags, monitors, scorecards] of [
      ["", false, false],
      ["?include_monitors=false", false, false],
      ["?include_monitors=true", true, false],
      ["?include_scorecards=true", false, true],
      ["?include_monitors=true&include_scorecards=true", true, true],
    ] as const) {
      const keys = await keysWith(flags);
      assert.deepEqual([keys.has("monitor_evaluations"), keys.has("scorecards")], [monitors, scorecards], flags);
    }
    const [id = ""] = [...world.conversationIds()];
    assert.ok(!("scorecards" in (await client.object(`/conversations/${id}`))));
    assertPlanned(fake);
    assert.equal((await client.post("/conversations/search?include_monitors=maybe", { query: QUERY })).status, 400);
  });

  test("turns up after the close and moves no updated_at; a plain workspace has none", async (t) => {
    const found = async (all: GeneratedWorld): Promise<readonly JsonObject[]> => {
      const fake = await startedFor(t, { world: all });
      const path = "/conversations/search?include_monitors=true&include_scorecards=true";
      return new FakeClient(fake).searchAll(path, "conversations", QUERY);
    };
    let count = 0;
    for (const conversation of await found(world)) {
      const lists = [conversation["monitor_evaluations"], conversation["scorecards"]].flatMap(objectsIn);
      for (const { evaluated_at } of lists) {
        if (evaluated_at === null) continue;
        count++;
        const log = world.events(String(conversation["id"])) ?? [];
        assert.ok(Number(evaluated_at) > (log.find((event) => event.kind === "closed")?.at ?? 0));
        assert.equal(conversation["updated_at"], log.at(-1)?.at);
      }
    }
    assert.ok(count > 50, `${count} evaluations`);
    for (const conversation of await found(new GeneratedWorld({ conversations: 60, now: () => 0 })))
      assert.deepEqual([conversation["monitor_evaluations"], conversation["scorecards"]], [[], []]);
  });

  test("pauses of whoever handled a conversation are what its adjusted handling time lacks", async (t) => {
    const client = new FakeClient(await startedFor(t, { world }));
    let paused = 0;
    for (const id of [...world.conversationIds()].slice(0, 150)) {
      const statistics = at(world.conversation(id, false) ?? {}, "statistics");
      const events = objectsIn((await client.object(`/conversations/${id}/handling_events`))["handling_events"]);
      const seconds = events.map((event) => Date.parse(String(event["timestamp"])) / 1000);
      const total = seconds.reduce((sum, second, index) => sum + (index % 2 === 0 ? -second : second), 0);
      assert.deepEqual(
        events.map((event) => event["type"]),
        events.map((_, index) => (index % 2 === 0 ? "paused" : "resumed")),
      );
      const handling = at(statistics, "handling_time");
      const adjusted = at(statistics, "adjusted_handling_time");
      if (typeof handling !== "number") assert.ok(adjusted === null || adjusted === undefined, id);
      else assert.equal(adjusted, Math.max(0, handling - total), id);
      if (total > 0) paused++;
    }
    assert.ok(paused > 10, `${paused} paused`);
  });
});

describe("lists that most readers leave alone", () => {
  test("calls: the latest first, 25 a page, transcripts by conversation", async (t) => {
    const fake = await startedFor(t, { conversations: 1000 });
    const client = new FakeClient(fake);
    const first = await client.object("/calls");
    const second = await client.object("/calls?page=2");
    const calls = [...objectsIn(first["data"]), ...objectsIn(second["data"])];
    assert.equal(objectsIn(first["data"]).length, 25);
    const times = calls.map((call) => Number(call["created_at"]));
    assert.deepEqual(
      times,
      times.toSorted((a, b) => b - a),
    );
    const conversation_ids = calls.slice(0, 3).map((call) => String(call["conversation_id"]));
    const found = objectsIn(objectOf(await client.post("/calls/search", { conversation_ids }))["data"]);
    assert.deepEqual(
      found.map((call) => call["conversation_id"]),
      conversation_ids,
    );
    assert.ok(found.some((call) => objectsIn(call["transcript"]).length > 0));
    assertPlanned(fake);
    assert.equal((await client.get("/calls?per_page=26")).status, 400);
  });

  test("activity logs: since an instant, the next page by its address, under a permission of its own", async (t) => {
    const fake = await startedFor(t, { conversations: 20 });
    const client = new FakeClient(fake);
    const after = fake.world.clock() - 20 * DAY;
    const found: JsonObject[] = [];
    let path: string | null = `/admins/activity_logs?created_at_after=${after}`;
    while (path !== null) {
      const page: JsonObject = await client.object(path);
      found.push(...objectsIn(page["activity_logs"]));
      const next = at(page, "pages.next");
      path = typeof next === "string" ? next.replace("https://api.intercom.io", "") : null;
    }
    assert.ok(found.length > 60, `${found.length} logs`);
    assert.equal(new Set(idsOf(found)).size, found.length);
    assert.ok(found.every((log) => Number(log["created_at"]) >= after && at(log, "performed_by.ip") !== undefined));
    assertPlanned(fake);
    assert.equal((await client.get("/admins/activity_logs")).status, 400);
    const other = await startedFor(t, { conversations: 20, scopes: ["admins"] });
    assert.equal(
      (await new FakeClient(other).get(path ?? `/admins/activity_logs?created_at_after=${after}`)).status,
      403,
    );
  });

  test("notes and segments of contacts and companies, side conversations: some have them, some do not", async (t) => {
    const fake = await startedFor(t, { conversations: 200 });
    const client = new FakeClient(fake);
    const counts = async (paths: readonly string[], list: string): Promise<readonly number[]> => {
      const all: number[] = [];
      for (const path of paths) all.push(objectsIn((await client.object(path))[list]).length);
      return all;
    };
    const contacts = idsOf(objectsIn((await client.object("/contacts?per_page=30"))["data"]));
    const companies = fake.world.companies
      .keys(false)
      .slice(0, 30)
      .map((key) => String(fake.world.companies.render(key)["id"]));
    const conversations = [...fake.world.conversationIds()].slice(0, 60);
    for (const [paths, list] of [
      [contacts.map((id) => `/contacts/${id}/notes`), "data"],
      [contacts.map((id) => `/contacts/${id}/segments`), "data"],
      [companies.map((id) => `/companies/${id}/notes`), "data"],
      [companies.map((id) => `/companies/${id}/segments`), "data"],
      [conversations.map((id) => `/conversations/${id}/side_conversations`), "side_conversations"],
    ] as const) {
      const found = await counts(paths, list);
      assert.ok(found.includes(0) && found.some((count) => count > 0), paths[0]);
    }
    assertPlanned(fake);
  });
});
