import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import { type FixturePayloads, FixtureWorld } from "../fake/desk/fixture-world.ts";
import { FakeClient, objectOf } from "../fake/intercom/client.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { at, type JsonObject, objectsIn } from "../fake/json.ts";
import { OpenApi } from "./openapi.ts";

const openApi = new OpenApi();

/** The one published example of a good answer. */
function published(route: string): JsonObject {
  const [example] = openApi.examples(route, 200).values();
  assert.ok(example !== undefined, `an example of ${route}`);
  return example;
}

async function served(
  t: TestContext,
  payloads: FixturePayloads,
  ask: (client: FakeClient) => Promise<JsonObject>,
): Promise<JsonObject> {
  const fake = await startedFor(t, { world: new FixtureWorld(payloads) });
  const answer = await ask(new FakeClient(fake));
  assert.deepEqual(fake.unplanned, []);
  return answer;
}

describe("Intercom's published examples come back as they are", () => {
  test("GET /me", async (t) => {
    const me = published("GET /me");
    assert.deepEqual(await served(t, { me }, (client) => client.object("/me")), me);
  });

  test("GET /conversations", async (t) => {
    const list = published("GET /conversations");
    assert.deepEqual(
      await served(t, { conversations: objectsIn(list["conversations"]) }, (client) => client.object("/conversations")),
      list,
    );
  });

  test("POST /conversations/search", async (t) => {
    const list = published("POST /conversations/search");
    const question = {
      query: { operator: "AND", value: [{ field: "created_at", operator: ">", value: "1306054154" }] },
      pagination: { per_page: 5 },
    };
    const ask = async (client: FakeClient): Promise<JsonObject> =>
      objectOf(await client.post("/conversations/search", question));
    assert.deepEqual(await served(t, { conversations: objectsIn(list["conversations"]) }, ask), list);
  });

  test("GET /conversations/{id}", async (t) => {
    const conversation = published("GET /conversations/{id}");
    const path = `/conversations/${String(conversation["id"])}`;
    assert.deepEqual(await served(t, { conversations: [conversation] }, (client) => client.object(path)), conversation);
  });

  test("a retrieved conversation is listed and searched without its parts", async (t) => {
    const { conversation_parts: _, ...item } = published("GET /conversations/{id}");
    const conversations = [published("GET /conversations/{id}")];
    const list = await served(t, { conversations }, (client) => client.object("/conversations"));
    assert.deepEqual(list["conversations"], [item]);
    const query = { field: "id", operator: "=", value: item["id"] };
    const ask = (client: FakeClient): Promise<JsonObject> =>
      client.post("/conversations/search", { query }).then(objectOf);
    assert.deepEqual((await served(t, { conversations }, ask))["conversations"], [item]);
  });

  test("tickets, their types and states", async (t) => {
    const list = published("POST /tickets/search");
    const tickets = objectsIn(list["tickets"]);
    const question = {
      query: { operator: "AND", value: [{ field: "created_at", operator: ">", value: "1306054154" }] },
      pagination: { per_page: 5 },
    };
    const ask = (client: FakeClient): Promise<JsonObject> => client.post("/tickets/search", question).then(objectOf);
    assert.deepEqual(await served(t, { tickets }, ask), list);
    const ticket = published("GET /tickets/{id}");
    const path = `/tickets/${String(ticket["id"])}`;
    assert.deepEqual(await served(t, { tickets: [ticket] }, (client) => client.object(path)), ticket);
    const types = published("GET /ticket_types");
    const states = published("GET /ticket_states");
    const payloads = { ticketTypes: objectsIn(types["data"]), ticketStates: objectsIn(states["data"]) };
    assert.deepEqual(await served(t, payloads, (client) => client.object("/ticket_types")), types);
    assert.deepEqual(await served(t, payloads, (client) => client.object("/ticket_states")), states);
  });

  test("definitions of attributes", async (t) => {
    const ofConversations = published("GET /conversations/attributes");
    const ofCompanies = published("GET /data_attributes");
    const payloads = {
      conversationAttributes: objectsIn(ofConversations["data"]),
      dataAttributes: objectsIn(ofCompanies["data"]),
    };
    assert.deepEqual(
      await served(t, payloads, (client) => client.object("/conversations/attributes")),
      ofConversations,
    );
    assert.deepEqual(
      await served(t, payloads, (client) => client.object("/data_attributes?model=company")),
      ofCompanies,
    );
    assert.deepEqual(await served(t, payloads, (client) => client.object("/data_attributes?model=contact")), {
      type: "list",
      data: [],
    });
  });

  test("articles, collections, help centers", async (t) => {
    const list = published("GET /articles");
    assert.deepEqual(
      await served(t, { articles: objectsIn(list["data"]) }, (client) => client.object("/articles")),
      list,
    );
    const article = published("GET /articles/{id}");
    const path = `/articles/${String(article["id"])}`;
    assert.deepEqual(await served(t, { articles: [article] }, (client) => client.object(path)), article);
    const collections = published("GET /help_center/collections");
    const centers = published("GET /help_center/help_centers");
    const payloads = { collections: objectsIn(collections["data"]), helpCenters: objectsIn(centers["data"]) };
    assert.deepEqual(await served(t, payloads, (client) => client.object("/help_center/collections")), collections);
    assert.deepEqual(await served(t, payloads, (client) => client.object("/help_center/help_centers")), centers);
  });

  test("subscription types, calls, activity logs", async (t) => {
    const types = published("GET /subscription_types");
    const calls = published("POST /calls/search");
    const logs = published("GET /admins/activity_logs");
    const payloads = {
      subscriptionTypes: objectsIn(types["data"]),
      calls: objectsIn(calls["data"]),
      activityLogs: objectsIn(logs["activity_logs"]),
    };
    assert.deepEqual(await served(t, payloads, (client) => client.object("/subscription_types")), types);
    const conversation_ids = ["64619700005694"];
    const ask = (client: FakeClient): Promise<JsonObject> =>
      client.post("/calls/search", { conversation_ids }).then(objectOf);
    assert.deepEqual(await served(t, payloads, ask), calls);
    const path = "/admins/activity_logs?created_at_after=1677253093";
    assert.deepEqual(await served(t, payloads, (client) => client.object(path)), logs);
    assert.deepEqual(await served(t, {}, (client) => client.object("/calls")), published("GET /calls"));
  });

  test("notes, segments, handling events, side conversations", async (t) => {
    const contactNotes = published("GET /contacts/{id}/notes");
    const companyNotes = published("GET /companies/{id}/notes");
    const segments = published("GET /contacts/{id}/segments");
    const events = published("GET /conversations/{id}/handling_events");
    const sides = published("GET /conversations/{id}/side_conversations");
    const contact = String(at(objectsIn(contactNotes["data"])[0], "contact.id"));
    const company = String(at(objectsIn(companyNotes["data"])[0], "company.id"));
    const payloads: FixturePayloads = {
      contacts: [{ type: "contact", id: contact }],
      companies: [{ type: "company", id: company }],
      conversations: [{ type: "conversation", id: "123" }],
      notes: [...objectsIn(contactNotes["data"]), ...objectsIn(companyNotes["data"])],
      segmentsOf: { [contact]: objectsIn(segments["data"]) },
      handlingEventsOf: { "123": objectsIn(events["handling_events"]) },
      sideConversationsOf: { "123": objectsIn(sides["side_conversations"]) },
    };
    for (const [path, expected] of [
      [`/contacts/${contact}/notes`, contactNotes],
      [`/companies/${company}/notes`, companyNotes],
      [`/contacts/${contact}/segments`, segments],
      [`/companies/${company}/segments`, published("GET /companies/{id}/segments")],
      ["/conversations/123/handling_events", events],
      ["/conversations/123/side_conversations", sides],
    ] as const)
      assert.deepEqual(await served(t, payloads, (client) => client.object(path)), expected, path);
  });

  test("GET /conversations/deleted", async (t) => {
    const list = published("GET /conversations/deleted");
    // The example shows the first page of two.
    const later = [
      { type: "conversation", id: "514", metrics_retained: false, deleted_at: 1 },
      { type: "conversation", id: "515", metrics_retained: false, deleted_at: 2 },
    ];
    const deleted = [...objectsIn(list["conversations"]), ...later];
    assert.deepEqual(
      await served(t, { deleted }, (client) => client.object("/conversations/deleted?per_page=2&order=desc")),
      list,
    );
  });

  test("GET /contacts and POST /contacts/search", async (t) => {
    assert.deepEqual(
      await served(t, {}, (client) => client.object("/contacts?per_page=10")),
      published("GET /contacts"),
    );
    const question = {
      query: { operator: "AND", value: [{ field: "created_at", operator: ">", value: "1306054154" }] },
      sort: { field: "created_at", order: "ascending" },
      pagination: { per_page: 5 },
    };
    const ask = async (client: FakeClient): Promise<JsonObject> =>
      objectOf(await client.post("/contacts/search", question));
    assert.deepEqual(await served(t, {}, ask), published("POST /contacts/search"));
  });

  test("GET /contacts/{id} and its companies", async (t) => {
    const contact = published("GET /contacts/{id}");
    const id = String(contact["id"]);
    assert.deepEqual(await served(t, { contacts: [contact] }, (client) => client.object(`/contacts/${id}`)), contact);
    const list = published("GET /contacts/{id}/companies");
    const payloads = { contacts: [contact], companiesOfContacts: { [id]: objectsIn(list["data"]) } };
    assert.deepEqual(await served(t, payloads, (client) => client.object(`/contacts/${id}/companies`)), list);
  });

  test("POST /companies/list, GET /companies/scroll and GET /companies/{id}", async (t) => {
    const list = published("POST /companies/list");
    const ask = async (client: FakeClient): Promise<JsonObject> =>
      objectOf(await client.post("/companies/list?per_page=15", {}));
    assert.deepEqual(await served(t, { companies: objectsIn(list["data"]) }, ask), list);
    const scroll = published("GET /companies/scroll");
    const scrolled = await served(t, { companies: objectsIn(scroll["data"]) }, (client) =>
      client.object("/companies/scroll"),
    );
    assert.deepEqual({ ...scrolled, scroll_param: scroll["scroll_param"] }, scroll);
    const company = published("GET /companies/{id}");
    assert.deepEqual(
      await served(t, { companies: [company] }, (client) => client.object(`/companies/${String(company["id"])}`)),
      company,
    );
  });

  test("admins, teams, tags and segments", async (t) => {
    const payloads = {
      admins: objectsIn(published("GET /admins")["admins"]),
      teams: objectsIn(published("GET /teams")["teams"]),
      tags: objectsIn(published("GET /tags")["data"]),
      segments: objectsIn(published("GET /segments")["segments"]),
    };
    for (const path of ["/admins", "/teams", "/tags", "/segments"]) {
      assert.deepEqual(await served(t, payloads, (client) => client.object(path)), published(`GET ${path}`));
    }
  });

  test("office hours", async (t) => {
    const schedules = published("GET /office_hours_schedules");
    const exceptions = published("GET /office_hours_schedules/{id}/office_hours_exceptions");
    const payloads = {
      officeHoursSchedules: objectsIn(schedules["data"]),
      officeHoursExceptions: objectsIn(exceptions["data"]),
    };
    assert.deepEqual(await served(t, payloads, (client) => client.object("/office_hours_schedules")), schedules);
    const path = `/office_hours_schedules/${String(at(objectsIn(schedules["data"])[0], "id"))}`;
    assert.deepEqual(await served(t, payloads, (client) => client.object(path)), objectsIn(schedules["data"])[0]);
    assert.deepEqual(
      await served(t, payloads, (client) => client.object(`${path}/office_hours_exceptions`)),
      exceptions,
    );
  });
});
