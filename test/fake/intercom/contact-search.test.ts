import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FixtureWorld } from "../desk/fixture-world.ts";
import { type JsonObject, objectsIn } from "../json.ts";
import { FakeClient, idsOf, objectOf } from "./client.ts";
import { startedFor } from "./started.ts";

/** Epoch seconds of a UTC time. */
const utc = (text: string): number => Date.parse(`${text}Z`) / 1000;

const CONTACTS: readonly JsonObject[] = [
  contact("late on the 9th in Tokyo", utc("2026-03-09T14:59:59")),
  contact("first second of the 10th in Tokyo", utc("2026-03-09T15:00:00")),
  contact("noon of the 10th, UTC", utc("2026-03-10T12:00:00")),
  contact("last second of the 10th in Tokyo", utc("2026-03-10T14:59:59")),
  contact("first second of the 11th in Tokyo", utc("2026-03-10T15:00:00")),
];

describe("contact search goes by calendar days of the workspace", () => {
  const noon = utc("2026-03-10T03:00:00");

  test("`=` is the whole day, `>` from the next one on, `<` before it", async (t) => {
    const fake = await startedFor(t, { world: new FixtureWorld({ contacts: CONTACTS, timeZone: "Asia/Tokyo" }) });
    const find = async (operator: string): Promise<readonly string[]> => {
      const query = { field: "updated_at", operator, value: noon };
      return idsOf(await new FakeClient(fake).searchAll("/contacts/search", "data", query)).toSorted();
    };
    assert.deepEqual(await find("="), [
      "first second of the 10th in Tokyo",
      "last second of the 10th in Tokyo",
      "noon of the 10th, UTC",
    ]);
    assert.deepEqual(await find(">"), ["first second of the 11th in Tokyo"]);
    assert.deepEqual(await find("<"), ["late on the 9th in Tokyo"]);
  });

  test("the same question has another answer in another time zone", async (t) => {
    const found: number[] = [];
    for (const timeZone of ["Asia/Tokyo", "UTC", "America/Los_Angeles"]) {
      const fake = await startedFor(t, { world: new FixtureWorld({ contacts: CONTACTS, timeZone }) });
      const query = { field: "updated_at", operator: ">", value: noon };
      found.push((await new FakeClient(fake).searchAll("/contacts/search", "data", query)).length);
    }
    assert.deepEqual(found, [1, 0, 3]);
  });

  test("a day is as long as the change to summer time makes it", async (t) => {
    // 2026-03-08 had 23 hours in New York: from 05:00 to 04:00 UTC.
    const contacts = [
      contact("before", utc("2026-03-08T04:59:59")),
      contact("first", utc("2026-03-08T05:00:00")),
      contact("last", utc("2026-03-09T03:59:59")),
      contact("after", utc("2026-03-09T04:00:00")),
    ];
    const fake = await startedFor(t, { world: new FixtureWorld({ contacts, timeZone: "America/New_York" }) });
    const query = { field: "updated_at", operator: "=", value: utc("2026-03-08T12:00:00") };
    assert.deepEqual(idsOf(await new FakeClient(fake).searchAll("/contacts/search", "data", query)).toSorted(), [
      "first",
      "last",
    ]);
  });

  test("`>=`, `<=`, `!=`, IN and NIN on dates are errors, and tags know only = and !=", async (t) => {
    const fake = await startedFor(t, { world: new FixtureWorld({ contacts: CONTACTS }) });
    const client = new FakeClient(fake);
    const status = async (field: string, operator: string, value: unknown): Promise<number> =>
      (await client.post("/contacts/search", { query: { field, operator, value } })).status;
    for (const operator of [">=", "<=", "!=", "IN", "NIN"])
      assert.equal(await status("created_at", operator, operator.endsWith("IN") ? [1] : 1), 400, operator);
    for (const operator of ["~", "IN", "NIN", ">"])
      assert.equal(await status("tag_id", operator, ["1"]), 400, operator);
    assert.equal(await status("tag_id", "!=", "1"), 200);
    assert.equal(await status("role", "IN", ["user"]), 200);
    assert.equal(await status("custom_attributes.job_role", "=", "Owner"), 200);
  });

  test("a sort order is kept", async (t) => {
    const fake = await startedFor(t, { world: new FixtureWorld({ contacts: CONTACTS }) });
    const query = { field: "role", operator: "=", value: "user" };
    for (const [order, first] of [
      ["ascending", "late on the 9th in Tokyo"],
      ["descending", "first second of the 11th in Tokyo"],
    ]) {
      const reply = await new FakeClient(fake).post("/contacts/search", {
        query,
        sort: { field: "created_at", order },
      });
      assert.equal(idsOf(objectsIn(objectOf(reply)["data"]))[0], first);
    }
  });

  test("a new contact is found only after a while", async (t) => {
    const fake = await startedFor(t, { conversations: 50, contactSearchLagSeconds: 120 });
    fake.advance(3600);
    const id = fake.world.change.addContact({ email: "new@example.com" });
    const find = async (): Promise<readonly string[]> =>
      idsOf(
        await new FakeClient(fake).searchAll("/contacts/search", "data", {
          field: "email",
          operator: "=",
          value: "new@example.com",
        }),
      );
    assert.deepEqual(await find(), []);
    assert.equal((await new FakeClient(fake).get(`/contacts/${id}`)).status, 200);
    fake.advance(121);
    assert.deepEqual(await find(), [id]);
  });
});

function contact(id: string, epoch: number): JsonObject {
  return {
    type: "contact",
    id,
    role: "user",
    email: `${id.replaceAll(" ", ".")}@example.com`,
    created_at: epoch,
    updated_at: epoch,
    tags: { data: [] },
    custom_attributes: { job_role: "Owner" },
  };
}
