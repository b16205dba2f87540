import assert from "node:assert/strict";
import { test } from "node:test";
import { compareRows, type Differences, describeDifferences } from "./compare.ts";

type Row = { id: string; count: number | null; tags: string[] };

const expected: readonly Row[] = [
  { id: "1", count: 1, tags: [] },
  { id: "2", count: null, tags: ["a", "b"] },
  { id: "3", count: 3, tags: [] },
];

async function differencesOf(rows: readonly Row[]): Promise<Differences> {
  return compareRows<Row>({
    actual: streamOf(rows),
    keyOf: (row) => row.id,
    expectedRow: (id) => expected.find((row) => row.id === id) ?? null,
    expectedKeys: expected.map((row) => row.id),
    columns: ["id", "count", "tags"],
  });
}

async function* streamOf<T>(rows: readonly T[]): AsyncGenerator<T> {
  yield* rows;
}

test("equal rows in any order have no differences", async () => {
  const differences = await differencesOf(expected.toReversed());
  assert.deepEqual(differences, { compared: 3, missing: 0, extra: 0, different: 0, examples: [] });
  assert.equal(describeDifferences(differences), null);
});

test("a missing row, an extra row and a second row of a key are each counted and named", async () => {
  const differences = await differencesOf([
    { id: "1", count: 1, tags: [] },
    { id: "1", count: 1, tags: [] },
    { id: "3", count: 3, tags: [] },
    { id: "9", count: 9, tags: [] },
  ]);
  assert.deepEqual(differences, {
    compared: 2,
    missing: 1,
    extra: 2,
    different: 0,
    examples: ["1: a second row", "9: a row that should not be there", "2: no row"],
  });
});

test("each column that differs is named with both values, null and order of lists included", async () => {
  const differences = await differencesOf([
    { id: "1", count: null, tags: [] },
    { id: "2", count: null, tags: ["b", "a"] },
    { id: "3", count: 3, tags: [] },
  ]);
  assert.equal(
    describeDifferences(differences),
    '3 rows compared: 0 missing, 0 extra, 2 different\n  1: count is null, should be 1\n  2: tags is ["b","a"], should be ["a","b"]',
  );
});

test("no more than 20 differences are told, and all are counted", async () => {
  const rows = Array.from({ length: 50 }, (_, index) => ({ id: `x${index}`, count: 0, tags: [] }));
  const differences = await differencesOf(rows);
  assert.equal(differences.extra, 50);
  assert.equal(differences.examples.length, 20);
});
