import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FixtureWorld } from "../desk/fixture-world.ts";
import { at, type JsonObject, objectsIn, textOf } from "../json.ts";
import { errorCode, FakeClient, idsOf, objectOf } from "./client.ts";
import { startedFor } from "./started.ts";

const COMPANIES: readonly JsonObject[] = Array.from({ length: 10_130 }, (_, index) => ({
  type: "company",
  id: `c${index}`,
  name: `Company ${index}`,
  user_count: index < 10_100 ? 1 : 0,
}));

describe("companies", () => {
  test("the list ends at 10,000 and leaves out those without users", async (t) => {
    const fake = await startedFor(t, { world: new FixtureWorld({ companies: COMPANIES }) });
    const client = new FakeClient(fake);
    const last = objectOf(await client.post("/companies/list?page=167&per_page=60", {}));
    assert.equal(last["total_count"], 10_100);
    assert.equal(at(last, "pages.total_pages"), 167);
    assert.equal(objectsIn(last["data"]).length, 10_000 - 166 * 60);
    assert.equal((await client.post("/companies/list?page=168&per_page=60", {})).status, 400);
  });

  test("the scroll gives all of them and ends with an empty page", async (t) => {
    const fake = await startedFor(t, { world: new FixtureWorld({ companies: COMPANIES }) });
    const client = new FakeClient(fake);
    const found = new Set<string>();
    let page = await client.object("/companies/scroll");
    while (objectsIn(page["data"]).length > 0) {
      for (const id of idsOf(objectsIn(page["data"]))) found.add(id);
      page = await client.object(`/companies/scroll?scroll_param=${textOf(page["scroll_param"])}`);
    }
    assert.equal(found.size, COMPANIES.length);
    assert.equal(
      (await client.get(`/companies/scroll?scroll_param=${textOf(page["scroll_param"])}`)).status,
      404,
      "it has ended",
    );
    assert.equal((await client.get("/companies/scroll")).status, 200, "another may begin");
  });

  test("one scroll at a time, until it has not been used for a minute", async (t) => {
    let realMs = 0;
    const fake = await startedFor(t, { world: new FixtureWorld({ companies: COMPANIES, now: () => realMs }) });
    const client = new FakeClient(fake);
    const param = textOf((await client.object("/companies/scroll"))["scroll_param"]);
    const second = await client.get("/companies/scroll");
    assert.deepEqual([second.status, errorCode(second)], [400, "scroll_exists"]);
    realMs += 60_000;
    assert.equal((await client.get(`/companies/scroll?scroll_param=${param}`)).status, 200, "a use keeps it");
    realMs += 60_001;
    assert.equal((await client.get(`/companies/scroll?scroll_param=${param}`)).status, 404);
    assert.equal((await client.get("/companies/scroll")).status, 200);
  });

  test("a contact names ten of its companies, and the rest elsewhere", async (t) => {
    const fake = await startedFor(t, { conversations: 50 });
    const client = new FakeClient(fake);
    const [agency] = await client.searchAll("/contacts/search", "data", {
      field: "email",
      operator: "~",
      value: "new.agency",
    });
    assert.equal(agency, undefined);
    const id = fake.world.change.addContact({ email: "new.agency@example.com" });
    const companies = fake.world
      .accounts()
      .slice(0, 14)
      .map((account) => account.company_id);
    fake.world.change.setCompanies(id, companies);
    const contact = await client.object(`/contacts/${id}`);
    assert.deepEqual(idsOf(objectsIn(at(contact, "companies.data"))), companies.slice(0, 10));
    assert.deepEqual([at(contact, "companies.has_more"), at(contact, "companies.total_count")], [true, 14]);
    assert.deepEqual(idsOf(objectsIn((await client.object(`/contacts/${id}/companies`))["companies"])), companies);
  });

  test("the generated desk has contacts with more than ten companies, and companies without contacts", async (t) => {
    const fake = await startedFor(t, { conversations: 50 });
    const contacts = await new FakeClient(fake).searchAll("/contacts/search", "data", {
      field: "role",
      operator: "=",
      value: "user",
    });
    assert.ok(contacts.some((contact) => at(contact, "companies.has_more") === true));
    assert.ok(fake.world.companies.keys(true).length > fake.world.companies.keys(false).length);
  });
});
