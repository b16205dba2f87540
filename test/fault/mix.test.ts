import assert from "node:assert/strict";
import { test } from "node:test";
import { mix } from "./mix.ts";

// `SEED=7 node --test test/fault/mix.test.ts` repeats one; `make fault` draws many.
const seeds = process.env["SEED"] === undefined ? [1, 2] : [Number(process.env["SEED"])];

for (const seed of seeds) {
  test(`after faults, kills and changes of seed ${seed} a quiet run has everything`, async () => {
    const { faults, story } = await mix(seed);
    assert.deepEqual(faults, [], `SEED=${seed}\n${story.join("\n")}`);
  });
}
