import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type TestContext, test } from "node:test";
import { FixtureWorld } from "../fake/desk/fixture-world.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import { startedFor } from "../fake/intercom/started.ts";
import { readGoldenCases } from "../golden/case.ts";
import { Pair } from "./pair.ts";
import { differencesOf } from "./rows.ts";

// `BIGQUERY_EMULATOR_HOST=http://… DBT="…" node --test test/parity/marts.test.ts`: DBT is a dbt that can talk to that emulator.

const emulatorHost = process.env["BIGQUERY_EMULATOR_HOST"] ?? "";
const hasDbt = (process.env["DBT"] ?? "") !== "";
/** docs/scale.md says how large a desk an emulator takes. */
const conversations = Number(process.env["PARITY_CONVERSATIONS"] ?? 200);
const changingConversations = 60;
const skip =
  emulatorHost === "" || !hasDbt
    ? "no BIGQUERY_EMULATOR_HOST, or no DBT command for it: the marts were not compared with BigQuery's"
    : false;

/** Models that the emulator at hand can't build, which are then not compared; nor is what is built on them. */
const leftOut = (process.env["PARITY_LEAVE_OUT"] ?? "").split(/[\s,]+/).filter((model) => model !== "");

const toldMax = 3;

async function newPair(context: TestContext): Promise<Pair> {
  const pair = await Pair.create(emulatorHost, randomBytes(3).toString("hex"));
  context.after(() => pair.remove());
  return pair;
}

/** Builds both, and compares every row and column of every mart. */
async function compare(pair: Pair, context: TestContext): Promise<void> {
  await Promise.all([pair.duckDb.build(leftOut), pair.bigQuery.build(leftOut)]);
  const duckDb = await pair.duckDb.marts();
  const bigQuery = await pair.bigQuery.marts();
  context.diagnostic(`compared, with rows: ${[...duckDb].map(([mart, rows]) => `${mart} ${rows.length}`).join(", ")}`);
  if (leftOut.length > 0) context.diagnostic(`not compared: ${leftOut.join(", ")} and what is built on them`);
  const differences: string[] = [];
  for (const [mart, rows] of duckDb) {
    const unlike = differencesOf(rows, bigQuery.get(mart) ?? []);
    if (unlike.length > 0) differences.push(`${mart}: ${unlike.length} differ`, ...unlike.slice(0, toldMax));
  }
  assert.deepEqual(differences, []);
  assert.deepEqual([...bigQuery.keys()], [...duckDb.keys()]);
  assert.ok((duckDb.get("conversations") ?? []).length > 20, "there is something to compare");
}

test("the golden cases give the same rows in every mart on both engines", { skip }, async (context) => {
  const pair = await newPair(context);
  for (const golden of await readGoldenCases()) {
    for (const step of golden.steps) {
      const world = new FixtureWorld({ ...step, workspaceId: `golden-${golden.name}` });
      const intercom = await startFakeIntercom({ world });
      try {
        await pair.sync(intercom);
      } finally {
        await intercom.close();
      }
    }
  }
  await compare(pair, context);
});

test("a generated desk gives the same rows in every mart on both engines", { skip }, async (context) => {
  const pair = await newPair(context);
  const intercom = await startedFor(context, { conversations, seed: 3 });
  await pair.sync(intercom);
  await compare(pair, context);
});

test("builds of what changed give the same rows as well, deletions included", { skip }, async (context) => {
  const pair = await newPair(context);
  const intercom = await startedFor(context, { conversations: changingConversations, seed: 4 });
  await pair.sync(intercom);
  await compare(pair, context);
  const { world } = intercom;
  const [talk = "", closed = "", deleted = "", tagged = "", redacted = ""] = [...world.conversationIds()].slice(-20);
  intercom.advance(60);
  world.change.customerReplies(talk, "One more thing");
  world.change.note(talk, "Nobody may see this");
  world.change.close(closed, "Closing");
  world.change.reopen(closed, "teammate_open", null);
  world.change.rate(closed, 2, "Thank you — 謝謝");
  world.change.tag([tagged, talk], 'Bulk, "quoted"');
  world.change.redact(redacted);
  world.change.delete(deleted);
  intercom.advance(60);
  await pair.sync(intercom);
  await compare(pair, context);
});
