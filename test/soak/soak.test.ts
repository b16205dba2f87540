import assert from "node:assert/strict";
import { test } from "node:test";
import { soak } from "./soak.ts";

// `make soak` is two weeks of this.

test("after a day in which something befalls each sync, marts and destinations are what the desk is", async () => {
  const lines: string[] = [];
  const result = await soak(
    {
      seed: 6,
      days: 1,
      minutesBetweenSyncs: 90,
      minutesBetweenBuilds: 720,
      conversations: 150,
      tickets: 40,
      troubledShare: 1,
      administration: { everySyncs: 2, outageSyncsMax: 2 },
      isBuiltInFullAtTheEnd: false,
      retentionDays: 400,
    },
    (line) => lines.push(line),
  );
  assert.deepEqual(result.faults, [], lines.join("\n"));
  assert.equal(result.syncs, 17);
  assert.ok(result.exits.size > 2, "hardly a sync was disturbed");
  for (const name of ["a token is rotated", "a permission is lost", "a field is added", "the machine's clock is set"])
    assert.ok(result.happened.has(name), `not once: ${name}`);
  for (const told of result.told) assert.ok(told > 50, `only ${told} closes were told`);
  assert.ok(result.purged > 1, "the retention took nothing");
});
