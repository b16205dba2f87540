import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { type DbtRun, runDbt } from "./command.ts";
import { makeRawWarehouse } from "./raw-warehouse.ts";

async function buildQuietly(
  context: TestContext,
  makeRaw: (path: string) => Promise<void>,
): Promise<DbtRun & { sentence: string }> {
  const folder = await mkdtemp(join(tmpdir(), "empty-"));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "warehouse.duckdb");
  await makeRaw(path);
  const selection = ["--select", "+int_conversations"];
  const run = await runDbt(["--quiet", "run", ...selection], folder, { WAREHOUSE: "duckdb", DUCKDB_PATH: path });
  return { ...run, sentence: `The warehouse ${path} has no conversations yet: run \`make sync\` first.` };
}

test("a build before the first sync fails with one sentence that says what to do", async (context) => {
  const { exitCode, output, sentence } = await buildQuietly(context, async () => undefined);
  assert.notEqual(exitCode, 0);
  assert.ok(output.includes(sentence), output);
  assert.doesNotMatch(output, /does not exist|Catalog Error/);
});

test("a build after a sync that brought nothing says so and goes on", async (context) => {
  const { exitCode, output, sentence } = await buildQuietly(context, (path) => makeRawWarehouse(path, {}));
  assert.equal(exitCode, 0, output);
  assert.equal(output.trim(), sentence);
});

test("a build after an update, before the sync that makes new raw tables, names them in one sentence", async (context) => {
  const { exitCode, output } = await buildQuietly(context, async (path) => {
    await makeRawWarehouse(path, {});
    await withDuckDb(path, async (connection) => {
      // No chosen model reads articles.
      for (const table of ["tickets", "ticket_types", "articles"])
        await connection.run(`drop table intercom_raw.${table}`);
    });
  });
  assert.notEqual(exitCode, 0);
  const sentence =
    "The warehouse lacks raw tables that this version reads: ticket_types, tickets. Run `make sync` first";
  assert.ok(output.includes(sentence), output);
  assert.doesNotMatch(output, /does not exist|Catalog Error/);
});
