import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { GeneratedWorld } from "../fake/desk/generated-world.ts";
import { FakeClient, idsOf, partsOf } from "../fake/intercom/client.ts";
import { ROUTE_NAMES } from "../fake/intercom/routes.ts";
import { type FakeIntercom, startFakeIntercom } from "../fake/intercom/server.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { at, type JsonValue, objectsIn, textOf } from "../fake/json.ts";
import { fromBytes } from "../fake/json-text.ts";
import { CheckedAnswers, withoutNext } from "./checked-answers.ts";
import { OpenApi } from "./openapi.ts";

const SEEDS = [1, 2, 77];
const CONVERSATIONS = 400;

const openApi = new OpenApi();

describe("answers validate against the published schemas", () => {
  const checked = new CheckedAnswers(openApi);
  const valid = checked.valid.bind(checked);
  let fakes: readonly FakeIntercom[] = [];

  before(async () => {
    fakes = await Promise.all(SEEDS.map((seed) => startFakeIntercom({ seed, conversations: CONVERSATIONS })));
  });
  after(async () => {
    for (const fake of fakes) {
      assert.deepEqual(fake.unplanned, []);
      await fake.close();
    }
    assert.deepEqual(
      [...ROUTE_NAMES].filter((name) => !checked.routes.has(name)),
      [],
      "every route has been checked",
    );
  });

  test("lists without pages", async () => {
    for (const fake of fakes) {
      const client = new FakeClient(fake);
      for (const path of ["/me", "/admins", "/teams", "/tags", "/segments", "/office_hours_schedules"]) {
        valid(`GET ${path}`, await client.get(path));
      }
      valid("GET /segments", await client.get("/segments?include_count=true"));
      valid("GET /office_hours_schedules/{id}", await client.get("/office_hours_schedules/9002"));
      const exceptions = valid(
        "GET /office_hours_schedules/{id}/office_hours_exceptions",
        await client.get("/office_hours_schedules/9001/office_hours_exceptions"),
      );
      assert.ok(objectsIn(exceptions["data"]).length > 0);
    }
  });

  test("conversations, listed and searched", async () => {
    for (const fake of fakes) {
      const client = new FakeClient(fake);
      valid("GET /conversations", await client.get("/conversations?per_page=150"));
      const query = { field: "created_at", operator: ">", value: 0 };
      const route = "POST /conversations/search";
      const first = valid(route, await client.post("/conversations/search", { query, pagination: { per_page: 150 } }));
      const cursor = at(first, "pages.next.starting_after");
      valid(
        route,
        await client.post("/conversations/search", { query, pagination: { per_page: 150, starting_after: cursor } }),
      );
      const none = { field: "created_at", operator: "<", value: 0 };
      assert.equal(valid(route, await client.post("/conversations/search", { query: none }))["total_count"], 0);
    }
  });

  test("every conversation, with its thread, and as plain text", () => {
    const route = "GET /conversations/{id}";
    for (const fake of fakes) {
      for (const id of fake.world.conversationIds()) {
        for (const isPlain of [false, true]) {
          const sent: JsonValue = JSON.parse(JSON.stringify(fake.world.conversation(id, isPlain)));
          assert.deepEqual(openApi.problems(route, 200, sent).slice(0, 5), [], id);
        }
      }
    }
  });

  test("attributes and their values, merged conversations, of a workspace in full use", async (t) => {
    const world = new GeneratedWorld({ seed: 6, conversations: CONVERSATIONS, tickets: 200, isWhole: true });
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    for (const query of ["", "?include_archived=true"])
      valid("GET /conversations/attributes", await client.get(`/conversations/attributes${query}`));
    for (const query of ["", "?model=contact", "?model=company&include_archived=true"])
      valid("GET /data_attributes", await client.get(`/data_attributes${query}`));
    assert.deepEqual(fake.unplanned, []);
    valid("GET /data_attributes", await client.get("/data_attributes?model=conversation"), 422);
    for (const id of world.conversationIds()) {
      const sent: JsonValue = JSON.parse(JSON.stringify(world.conversation(id, false)));
      assert.deepEqual(openApi.problems("GET /conversations/{id}", 200, sent).slice(0, 5), [], id);
    }
    const query = { field: "created_at", operator: ">", value: 0 };
    valid("POST /contacts/search", await client.post("/contacts/search", { query, pagination: { per_page: 150 } }));
    valid("POST /companies/list", await client.post("/companies/list?per_page=60", {}));
  });

  test("tickets that are conversations as well", () => {
    const options = { tickets: 200, ticketsShareIds: true, ticketsAreConversations: true };
    const world = new GeneratedWorld({ seed: 7, conversations: 200, ...options });
    for (const id of world.ticketIds()) {
      const sent: JsonValue = JSON.parse(JSON.stringify(world.conversation(id, false)));
      assert.deepEqual(openApi.problems("GET /conversations/{id}", 200, sent).slice(0, 5), [], id);
    }
  });

  test("what QA found, where it was asked for", async (t) => {
    const world = new GeneratedWorld({ seed: 8, conversations: CONVERSATIONS, isWhole: true });
    const client = new FakeClient(await startedFor(t, { world }));
    const query = { field: "created_at", operator: ">", value: 0 };
    const path = "/conversations/search?include_monitors=true&include_scorecards=true";
    const route = "POST /conversations/search";
    const page = valid(route, await client.post(path, { query, pagination: { per_page: 150 } }));
    const all = objectsIn(page["conversations"]);
    assert.ok(all.some((each) => objectsIn(each["monitor_evaluations"]).length > 0));
    assert.ok(all.some((each) => objectsIn(each["scorecards"]).length > 0));
  });

  test("articles, collections, help centers, and what is set up once", async (t) => {
    const client = new FakeClient(await startedFor(t, { conversations: 50 }));
    const list = valid("GET /articles", await client.get("/articles?per_page=50"));
    valid("GET /articles", await client.get("/articles?page=2&per_page=50"));
    assert.ok(objectsIn(list["data"]).every((article) => !("statistics" in article)));
    for (const id of idsOf(objectsIn(list["data"]))) valid("GET /articles/{id}", await client.get(`/articles/${id}`));
    valid("GET /articles/{id}", await client.get("/articles/1"), 404);
    for (const path of [
      "/help_center/collections",
      "/help_center/help_centers",
      "/subscription_types",
      "/away_status_reasons",
    ])
      valid(`GET ${path}`, await client.get(path));
  });

  test("calls, activity logs, notes, segments, handling events, side conversations", async (t) => {
    const world = new GeneratedWorld({ seed: 9, conversations: CONVERSATIONS, isWhole: true });
    const fake = await startedFor(t, { world });
    const client = new FakeClient(fake);
    const calls = objectsIn(valid("GET /calls", await client.get("/calls"))["data"]);
    assert.ok(calls.every((call) => !("transcript" in call)));
    const conversations = calls.map((call) => call["conversation_id"]).slice(0, 20);
    valid("POST /calls/search", await client.post("/calls/search", { conversation_ids: conversations }));
    const logs = valid(
      "GET /admins/activity_logs",
      withoutNext(await client.get(`/admins/activity_logs?created_at_after=${world.clock() - 30 * 86_400}`)),
    );
    assert.equal(objectsIn(logs["activity_logs"]).length, 20);
    for (const id of [...world.conversationIds()].slice(0, 60)) {
      for (const list of ["handling_events", "side_conversations"])
        valid(`GET /conversations/{id}/${list}`, await client.get(`/conversations/${id}/${list}`));
    }
    const contacts = idsOf(objectsIn((await client.object("/contacts?per_page=30"))["data"]));
    const companies = world.companies
      .keys(true)
      .slice(0, 30)
      .map((key) => textOf(world.companies.render(key)["id"]));
    for (const list of ["notes", "segments"]) {
      for (const id of contacts) valid(`GET /contacts/{id}/${list}`, await client.get(`/contacts/${id}/${list}`));
      for (const id of companies) valid(`GET /companies/{id}/${list}`, await client.get(`/companies/${id}/${list}`));
      valid(`GET /contacts/{id}/${list}`, await client.get(`/contacts/nobody/${list}`), 404);
      valid(`GET /companies/{id}/${list}`, await client.get(`/companies/none/${list}`), 404);
    }
    assert.deepEqual(fake.unplanned, []);
    const tooMany = Array.from({ length: 21 }, (_, index) => String(index));
    valid("POST /calls/search", await client.post("/calls/search", { conversation_ids: tooMany }), 400);
  });

  test("tickets, searched and retrieved, their types and states", async (t) => {
    for (const ticketsShareIds of [false, true]) {
      const world = new GeneratedWorld({ seed: 5, conversations: CONVERSATIONS, tickets: 300, ticketsShareIds });
      const fake = await startedFor(t, { world });
      const client = new FakeClient(fake);
      const query = { field: "created_at", operator: ">", value: 0 };
      const route = "POST /tickets/search";
      const first = valid(route, await client.post("/tickets/search", { query, pagination: { per_page: 150 } }));
      const cursor = at(first, "pages.next.starting_after");
      valid(
        route,
        await client.post("/tickets/search", { query, pagination: { per_page: 150, starting_after: cursor } }),
      );
      const [one = ""] = [...world.ticketIds()];
      valid("GET /tickets/{id}", await client.get(`/tickets/${one}`));
      for (const id of world.ticketIds()) {
        const sent: JsonValue = JSON.parse(fromBytes(world.tickets.retrieve(id)?.bytes ?? "null"));
        assert.deepEqual(openApi.problems("GET /tickets/{id}", 200, sent).slice(0, 5), [], id);
      }
      assert.equal((await client.get("/tickets/1")).status, 404);
      valid("GET /ticket_types", await client.get("/ticket_types"));
      valid("GET /ticket_states", await client.get("/ticket_states"));
      for (const id of world.conversationIds()) {
        const sent: JsonValue = JSON.parse(JSON.stringify(world.conversation(id, false)));
        assert.deepEqual(openApi.problems("GET /conversations/{id}", 200, sent).slice(0, 5), [], id);
      }
      assert.deepEqual(fake.unplanned, []);
    }
  });

  test("a retrieved conversation, one that was deleted, and one that never was", async () => {
    for (const fake of fakes) {
      const client = new FakeClient(fake);
      const deleted = valid("GET /conversations/deleted", await client.get("/conversations/deleted?per_page=1"));
      const [gone = ""] = idsOf(objectsIn(deleted["conversations"]));
      const [id = ""] = fake.world.conversationIds();
      valid("GET /conversations/{id}", await client.get(`/conversations/${id}`));
      valid("GET /conversations/{id}", await client.get(`/conversations/${gone}`), 404);
      valid("GET /conversations/{id}", await client.get("/conversations/123"), 404);
    }
  });

  test("contacts and their companies", async () => {
    for (const fake of fakes) {
      const client = new FakeClient(fake);
      const list = valid("GET /contacts", await client.get("/contacts?per_page=150"));
      const query = { field: "created_at", operator: ">", value: 0 };
      valid("POST /contacts/search", await client.post("/contacts/search", { query, pagination: { per_page: 150 } }));
      for (const id of idsOf(objectsIn(list["data"])).slice(0, 20)) {
        const contact = valid("GET /contacts/{id}", await client.get(`/contacts/${id}`));
        const companies = valid("GET /contacts/{id}/companies", await client.get(`/contacts/${id}/companies`));
        assert.equal(companies["total_count"], at(contact, "companies.total_count"));
      }
      valid("GET /contacts/{id}/companies", await client.get("/contacts/nobody/companies"), 404);
    }
  });

  test("companies, listed, scrolled and retrieved", async () => {
    for (const fake of fakes) {
      const client = new FakeClient(fake);
      const list = valid("POST /companies/list", await client.post("/companies/list?per_page=60", {}));
      const [id = ""] = idsOf(objectsIn(list["data"]));
      valid("GET /companies/{id}", await client.get(`/companies/${id}`));
      valid("GET /companies/{id}", await client.get("/companies/none"), 404);
      let page = valid("GET /companies/scroll", await client.get("/companies/scroll"));
      for (let pages = 1; objectsIn(page["data"]).length > 0; pages++) {
        assert.ok(pages < 100);
        page = valid(
          "GET /companies/scroll",
          await client.get(`/companies/scroll?scroll_param=${textOf(page["scroll_param"])}`),
        );
      }
    }
  });

  test("a merged contact is gone for good, and says where to", async (t) => {
    const fake = await startedFor(t, { conversations: 50 });
    const [first = "", second = ""] = idsOf(objectsIn((await new FakeClient(fake).object("/contacts"))["data"]));
    fake.world.change.mergeContacts(first, second);
    const reply = await new FakeClient(fake).get(`/contacts/${first}`);
    valid("GET /contacts/{id}", reply, 410);
    assert.equal(reply.headers.get("link"), `</contacts/${second}>; rel="canonical"`);
  });

  test("refusals: a wrong token, a wrong sort order, a wrong version", async (t) => {
    const fake = await startedFor(t, { conversations: 50 });
    const stranger = new FakeClient({ url: fake.url, token: "wrong" });
    valid("GET /conversations", await stranger.get("/conversations"), 401);
    const client = new FakeClient(fake);
    const query = { field: "role", operator: "=", value: "user" };
    valid(
      "POST /contacts/search",
      await client.post("/contacts/search", { query, sort: { field: "created_at", order: "desc" } }),
      400,
    );
    const old = new FakeClient(fake, { "intercom-version": "2.11" });
    valid("GET /conversations/deleted", await old.get("/conversations/deleted"), 400);
  });

  test("a conversation and its parts have every property of the published example", async () => {
    const [example] = openApi.examples("GET /conversations/{id}", 200).values();
    const world = new GeneratedWorld({ conversations: 20 });
    for (const id of world.conversationIds()) {
      const conversation = world.conversation(id, false);
      assert.ok(conversation !== null && example !== undefined);
      assert.deepEqual(
        Object.keys(example).filter((key) => !(key in conversation)),
        [],
      );
      const [part] = partsOf(example);
      for (const each of partsOf(conversation)) {
        assert.deepEqual(
          Object.keys(part ?? {}).filter((key) => !(key in each)),
          [],
        );
      }
    }
  });
});
