import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { runDbt, targetFolder } from "./command.ts";
import { readLayers, readsUpwards } from "./layers.ts";

test("staging reads raw tables, intermediate models read no mart", async (context) => {
  const workFolder = await mkdtemp(join(tmpdir(), "layers-"));
  context.after(() => rm(workFolder, { recursive: true }));
  const parsed = await runDbt(
    ["parse"],
    workFolder,
    { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, "warehouse.duckdb") },
    { isRecorded: true },
  );
  assert.equal(parsed.exitCode, 0, parsed.output);
  const models = await readLayers(targetFolder(workFolder));
  assert.ok(models.length > 80, `only ${models.length} models`);
  assert.deepEqual(readsUpwards(models), []);
});

test("a model that reads a layer above its own is named", () => {
  const mart = { name: "teammates", layer: "marts" } as const;
  const intermediate = { name: "int_events", layer: "intermediate" } as const;
  const staging = { name: "stg_parts", layer: "staging" } as const;
  const raw = { name: "conversations", layer: "source" } as const;
  assert.deepEqual(
    readsUpwards([
      { ...staging, reads: [raw, staging, intermediate, mart] },
      { ...intermediate, reads: [raw, staging, intermediate, mart] },
      { ...mart, reads: [raw, staging, intermediate, mart] },
    ]),
    [
      "stg_parts (staging) reads int_events (intermediate)",
      "stg_parts (staging) reads teammates (marts)",
      "int_events (intermediate) reads teammates (marts)",
    ],
  );
});
