import assert from "node:assert/strict";
import { test } from "node:test";
import { at, objectsIn } from "../json.ts";
import { FakeClient } from "./client.ts";
import { startedFor } from "./started.ts";

// What an administrator, or Intercom, changes while a loader is at work.

const settings = { conversations: 20, seed: 1 };
const conversationsPath = "/conversations?per_page=5";

test("a rotated token is the only one that is valid", async (context) => {
  const fake = await startedFor(context, settings);
  const before = new FakeClient(fake);
  fake.rotateToken("another-token");
  assert.equal((await before.get("/me")).status, 401);
  assert.equal((await new FakeClient(fake).get("/me")).status, 200);
});

test("a permission is lost, and regained", async (context) => {
  const fake = await startedFor(context, { ...settings, scopes: ["conversations", "tags"] });
  const client = new FakeClient(fake);
  assert.equal((await client.get("/tags")).status, 200);
  fake.forbid("tags");
  assert.equal((await client.get("/tags")).status, 403);
  assert.equal((await client.get(conversationsPath)).status, 200);
  fake.permit("tags");
  assert.equal((await client.get("/tags")).status, 200);
});

test("an added field is in each record from then on, and nothing else changes", async (context) => {
  const fake = await startedFor(context, settings);
  const client = new FakeClient(fake);
  const before = await client.object(conversationsPath);
  fake.addField("mood", { score: 7 });
  fake.addField("weather", null);
  const after = await client.object(conversationsPath);
  for (const record of objectsIn(after["conversations"]))
    assert.deepEqual([at(record, "mood.score"), record["weather"]], [7, null]);
  assert.ok(objectsIn(after["conversations"]).length > 0);
  const withoutAdded = JSON.stringify(after, (key, value: unknown) =>
    key === "mood" || key === "weather" ? undefined : value,
  );
  assert.equal(withoutAdded, JSON.stringify(before));
});
