import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClient, objectOf } from "../fake/intercom/client.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { OpenApi } from "./openapi.ts";

test("an answer that breaks its schema is noticed", async (context) => {
  const fake = await startedFor(context, { conversations: 1 });
  const openApi = new OpenApi();
  const admin = objectOf(await new FakeClient(fake).get("/me"));
  assert.deepEqual(openApi.problems("GET /me", 200, admin), []);
  assert.notDeepEqual(openApi.problems("GET /me", 200, { ...admin, email: 5 }), []);
  assert.notDeepEqual(openApi.problems("GET /me", 200, { ...admin, invented: true }), []);
});
