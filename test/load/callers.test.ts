import assert from "node:assert/strict";
import { test } from "node:test";
import { driveBigQuery, driveDuckDb, driveLock } from "./callers-subjects.ts";

// Several callers at once, in an order that a seed decides; the long form is `make fault`.

// BigQuery's client sends to the emulator of the environment, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

const firstSeed = Number(process.env["CALLERS_SEED"] ?? Math.floor(Math.random() * 1e6));

for (const [name, drive, rounds] of [
  ["a DuckDB file", driveDuckDb, 2],
  ["BigQuery", driveBigQuery, 2],
  ["a BigQuery that fails on the way", (seed: number) => driveBigQuery(seed, true), 2],
  ["the run lock", driveLock, 3],
] as const)
  test(`several callers at ${name}, from seed ${firstSeed} on, see what was committed and nothing else`, async () => {
    for (let seed = firstSeed; seed < firstSeed + rounds; seed += 1)
      assert.deepEqual(await drive(seed), [], `repeat with CALLERS_SEED=${seed}`);
  });
