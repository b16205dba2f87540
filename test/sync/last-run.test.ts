import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { keepLastRun, readLastRun } from "../../loader/sync/last-run.ts";
import type { RunSummary } from "../../loader/sync/summary.ts";
import { temporaryFolder } from "../tools/folder.ts";

const summary: RunSummary = {
  runId: "20260101T000000-abc",
  workspaceId: "w",
  seconds: 1.5,
  requests: 12,
  refusals: 0,
  rateShareUsed: undefined,
  streams: new Map(),
  notes: [],
  error: undefined,
};

test("a run is kept and read again", async (context) => {
  const folder = temporaryFolder(context);
  await keepLastRun(folder, summary, Date.parse("2026-01-01T00:00:02Z"));
  const lastRun = await readLastRun(folder);
  assert.equal(lastRun?.run_id, summary.runId);
  assert.equal(lastRun?.ended_at, "2026-01-01T00:00:02.000Z");
  assert.deepEqual(readdirSync(folder), ["last-run.json"]);
});

test("what was cut, or is none, at any byte is no last run, and no error", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "last-run.json");
  await keepLastRun(folder, summary, 0);
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length - 1; length += 1) {
    writeFileSync(path, whole.subarray(0, length));
    assert.equal(await readLastRun(folder), undefined, `${length} bytes`);
  }
  for (const text of ["null", "[]", "7", '"text"', "{}", '{"run_id":7}', "\0\0\0\0", "<html>"]) {
    writeFileSync(path, text);
    assert.equal(await readLastRun(folder), undefined, text);
  }
});

test("a last run that can't be kept leaves the one before whole, and no other file", async (context) => {
  const folder = temporaryFolder(context);
  // What takes the name can't take this one's place.
  mkdirSync(join(folder, "last-run.json", "in the way"), { recursive: true });
  await keepLastRun(folder, summary, 0);
  assert.deepEqual(readdirSync(folder), ["last-run.json"]);
  assert.equal(await readLastRun(folder), undefined);
  await keepLastRun(join(folder, "missing"), summary, 0);
});

test("it is put in place in one step: whoever has the old file open reads it whole", async (context) => {
  const folder = temporaryFolder(context);
  const path = join(folder, "last-run.json");
  writeFileSync(path, "the one before");
  const { open } = await import("node:fs/promises");
  const before = await open(path);
  await keepLastRun(folder, summary, 0);
  assert.equal(await before.readFile("utf8"), "the one before");
  await before.close();
  assert.equal((await readLastRun(folder))?.run_id, summary.runId);
});
