import assert from "node:assert/strict";
import { test } from "node:test";
import { loadIdOf, newRunId } from "../loader/run-id.ts";

const startedAtMs = Date.parse("2026-01-05T09:08:07.654Z");

test("a run's id begins with when it began, names its command but for a sync, and no two are the same", () => {
  assert.match(newRunId(startedAtMs), /^20260105T090807-[0-9a-f]{6}$/);
  assert.match(newRunId(startedAtMs, "purge"), /^20260105T090807-purge-[0-9a-f]{6}$/);
  assert.notEqual(newRunId(startedAtMs), newRunId(startedAtMs));
});

test("the ids of a run's loads sort in the order of the loads", () => {
  const ids = [9, 10, 100_000].map((number) => loadIdOf("run", number));
  assert.deepEqual(ids, ["run-000009", "run-000010", "run-100000"]);
  assert.deepEqual(ids.toSorted(), ids);
});
