import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readConfig } from "../../loader/config.ts";
import { differingTables } from "../checker/same-tables.ts";
import { runDbt } from "../dbt/command.ts";
import { Workshop } from "../fault/workshop.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { run } from "./run.ts";
import { tracesOf } from "./small-warehouse.ts";

/** These tables and their inputs. The other tables are rebuilt each time, so there is nothing to compare. */
const incrementalModels = ["--select", "+config.materialized:versioned_incremental"];
const noTests = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];
const schemas = ["intercom", "intercom_staging"];

async function build(workshop: Workshop, flags: readonly string[] = []): Promise<void> {
  const environment = { ...workshop.environment, MARTS_DATASET: "intercom" };
  const { exitCode, output } = await runDbt(["build", ...noTests, ...flags], join(workshop.folder, "dbt"), environment);
  assert.equal(exitCode, 0, output.slice(-3000));
}

test("after a purge an incremental build gives the same as a full build, and no table has the removed words", async (context) => {
  const workshop = await Workshop.open({ conversations: 150, accounts: 20, lonelyCompanies: 3, seed: 3 });
  context.after(() => workshop.close());
  const { change } = workshop.fake.world;
  const zora = change.addContact({ email: "zora.quill@example.com", name: "Zora Quill" });
  const zoraBefore = change.addContact({ email: null, name: "Zoras Schatten" });
  const conversations = [...workshop.fake.world.conversationIds()];
  const deleted = change.addConversation({ contactId: zora, words: "The exporter prints xylophone zebras" });
  change.close(deleted, "No more xylophone zebras");
  const ofZora = change.addConversation({
    contactId: zora,
    words: "A bug with the quokka button, please add dark mode",
  });
  change.close(ofZora, "The quokka button is fixed");
  const merged = change.addConversation({ contactId: zoraBefore, words: "Is the wombat export slow?" });
  workshop.fake.world.advance(600);
  assert.equal((await workshop.run()).exitCode, 0);
  await build(workshop);
  const words = ["xylophone zebra", "quokka", "wombat", "zora.quill", "Zora Quill", "Zoras Schatten"];
  const traces = await tracesOf(workshop.duckdbPath, words);
  assert.ok(traces.length > 40, traces.join(", "));

  change.delete(deleted);
  change.delete(conversations[3] ?? "");
  change.delete(conversations[4] ?? "");
  change.restore(conversations[4] ?? "");
  change.mergeContacts(zoraBefore, zora);
  change.customerReplies(conversations[5] ?? "", "Any news?");
  workshop.fake.world.advance(600);
  assert.equal((await workshop.run()).exitCode, 0);
  const config = readConfig({ ...workshop.environment, MARTS_DATASET: "intercom" });
  const { exitCode, error, summary } = await run(config, ["zora.quill@example.com"]);
  assert.equal(exitCode, 0, error);
  assert.equal(summary.contacts, 2);
  assert.equal(summary.conversations_of_contacts, 2);
  assert.ok(!conversations.slice(4, 6).some((id) => id === ofZora || id === merged));
  assert.deepEqual(await tracesOf(workshop.duckdbPath, words), []);

  const inFull = join(workshop.folder, "in-full.duckdb");
  await build(workshop, incrementalModels);
  const byIncrements = join(workshop.folder, "by-increments.duckdb");
  copyFileSync(workshop.duckdbPath, byIncrements);
  await build(workshop, [...incrementalModels, "--full-refresh"]);
  copyFileSync(workshop.duckdbPath, inFull);
  assert.deepEqual(await readDuckDb(byIncrements, (connection) => differingTables(connection, inFull, schemas)), []);
  assert.deepEqual(await tracesOf(byIncrements, words), []);
  const bytes = readFileSync(byIncrements);
  assert.deepEqual(
    words.filter((word) => bytes.includes(word)),
    [],
  );
  // The rebuilt tables have nothing left to purge.
  assert.equal((await run(config)).summary.rows, 0);
});
