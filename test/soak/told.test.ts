import assert from "node:assert/strict";
import { test } from "node:test";
import { type Close, closeFaults } from "./told.ts";

const close: Close = { uuid: "u1", conversationId: "1", closedAt: "2026-03-02T12:00:00.000Z" };
const later: Close = { ...close, uuid: "u2", closedAt: "2026-03-03T12:00:00.000Z" };

test("a conversation that was closed twice is told twice, and a close that the mart no longer has was told", () => {
  assert.deepEqual(closeFaults("PostHog", [close, later], [later]), []);
});

test("one close under two uuids, one uuid for two closes, and a close that was not told are faults", () => {
  const words = "the close of 1 at 2026-03-02T12:00:00.000Z";
  assert.deepEqual(closeFaults("PostHog", [close, { ...close, uuid: "u2" }], [close]), [
    `PostHog was told twice of ${words}`,
  ]);
  assert.deepEqual(closeFaults("Attio", [close, { ...later, uuid: "u1" }], []), [`Attio was told twice of ${words}`]);
  assert.deepEqual(closeFaults("Attio", [later], [close]), [`Attio was not told of ${words}`]);
});
