import assert from "node:assert/strict";
import { test } from "node:test";
import { type Footprint, growth } from "./footprint.ts";

const first: Footprint = { warehouse: 100, payloads: 30, kept: 25, usage: { megabytes: 200, files: 24 } };

test("a warehouse may grow with its data", () => {
  assert.deepEqual(growth(first, { ...first, warehouse: 145, payloads: 50 }), []);
});

test("what grows without data is told", () => {
  const last = { warehouse: 160, payloads: 30, kept: 31, usage: { megabytes: 240, files: 25 } };
  assert.deepEqual(growth(first, last), [
    "the warehouse grew from 100.0 MB to 160.0 MB, with 0.0 MB of data",
    "what is kept beside it grew from 25.0 MB to 31.0 MB",
    "a sync's memory grew from 200.0 MB to 240.0 MB",
    "a sync's open files grew from 24 to 25",
  ]);
});
