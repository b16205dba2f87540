import assert from "node:assert/strict";
import { test } from "node:test";
import { differencesBetween } from "./differences.ts";

const question = { metrics: ["replies", "csat"], group_by: ["team"] };

test("the same numbers are no difference, also as text, and where nothing happened", () => {
  const answered = [{ team: "a", replies: 2, csat: 0.1 + 0.2 }];
  const inMarts = [
    { team: "a", replies: "2", csat: 0.3 },
    { team: "b", replies: "0", csat: null },
  ];
  assert.deepEqual(differencesBetween(question, answered, inMarts), []);
});

for (const [what, answered] of [
  ["another number", [{ team: "a", replies: 3, csat: null }]],
  ["another group", [{ team: "b", replies: 2, csat: null }]],
  ["a share that is off by a millionth", [{ team: "a", replies: 2, csat: 0.000001 }]],
  ["no row", []],
] as const)
  test(`${what} is a difference`, () => {
    assert.notDeepEqual(differencesBetween(question, answered, [{ team: "a", replies: 2, csat: null }]), []);
  });

test("two rows of one group are an error", () => {
  const row = { team: "a", replies: 1, csat: 1 };
  assert.throws(() => differencesBetween(question, [row, row], [row]), /two rows of \["a"\]/);
});
