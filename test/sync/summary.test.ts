import assert from "node:assert/strict";
import { test } from "node:test";
import { UnavailableError } from "../../loader/errors.ts";
import { type RunSummary, summaryJson, summaryTable } from "../../loader/sync/summary.ts";

function summaryOf(rejected: number, error?: unknown): RunSummary {
  const progress = { expected: 3, done: 3, skipped: 0, stored: 3 - rejected, rejected, parts: 0 };
  return {
    runId: "20260105T090000-abcdef",
    workspaceId: "w1",
    streams: new Map([["conversations", progress]]),
    requests: 5,
    refusals: 0,
    rateShareUsed: undefined,
    seconds: 1,
    notes: [],
    error,
  };
}

test("a run that came to its end names the next step, for a person only", () => {
  for (const rejected of [0, 1]) {
    assert.match(summaryTable(summaryOf(rejected), "raw"), /\nNext: make build$/);
    assert.doesNotMatch(summaryJson(summaryOf(rejected)), /make build/);
  }
  assert.doesNotMatch(summaryTable(summaryOf(0, new UnavailableError("down")), "raw"), /make build/);
});

test("a run with an archive says how many files are new there", () => {
  assert.match(summaryTable({ ...summaryOf(0), archivedFiles: 1 }, "raw"), /\n1 file archived\.\n/);
  assert.match(summaryTable({ ...summaryOf(0), archivedFiles: 0 }, "raw"), /\n0 files archived\.\n/);
  assert.doesNotMatch(summaryTable(summaryOf(0), "raw"), /archived/);
  assert.equal(JSON.parse(summaryJson({ ...summaryOf(0), archivedFiles: 2 })).archived_files, 2);
  assert.equal(JSON.parse(summaryJson(summaryOf(0))).archived_files, null);
});

test("counts agree with their nouns", () => {
  assert.match(summaryTable(summaryOf(1), "raw"), /\n1 record was rejected; raw\._rejected says why\./);
  assert.match(summaryTable(summaryOf(2), "raw"), /\n2 records were rejected; /);
});
