import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, type TestContext, test } from "node:test";
import { FixtureWorld } from "../fake/fixture-world.ts";
import { startFakeIntercom } from "../fake/server.ts";
import { readGoldenCases } from "../golden/golden-case.ts";
import { differencesOf, Pair } from "./bigquery-parity.ts";

const emulatorHost = process.env["BIGQUERY_EMULATOR_HOST"] ?? "";
const hasDbt = (process.env["DBT"] ?? "") !== "";
/** An emulator joins row by row with every other row: more of them is a matter of hours there. */
const conversations = Number(process.env["PARITY_CONVERSATIONS"] ?? 60);
const skip =
  emulatorHost === "" || !hasDbt
    ? "no BIGQUERY_EMULATOR_HOST, or no DBT command for it: the marts were not compared with BigQuery's"
    : false;

/** Models that the emulator at hand can't build, which are then not compared; nor is what is built on them. */
const leftOut = (process.env["PARITY_LEAVE_OUT"] ?? "").split(/[\s,]+/).filter((model) => model !== "");

const floatIds = "lax_int64 goes by way of a float and rounds beyond 2^53; BigQuery keeps all 64 bits";

/** What differs on the emulator only, each with the defect that makes it so: rows of this mart and workspace. */
const emulatorDefects: readonly { readonly mart: string; readonly workspace: string; readonly defect: string }[] = [
  { mart: "conversation_tags", workspace: "golden-ids-above-2-to-the-53", defect: floatIds },
  { mart: "tag_metrics", workspace: "golden-ids-above-2-to-the-53", defect: floatIds },
];

const toldMax = 3;
const created: Pair[] = [];
after(() => Promise.all(created.map((pair) => pair.remove())));

async function newPair(): Promise<Pair> {
  const pair = await Pair.create(emulatorHost, randomBytes(3).toString("hex"));
  created.push(pair);
  return pair;
}

async function compare(pair: Pair, context: TestContext): Promise<void> {
  await pair.finish();
  await Promise.all([pair.duckDb.build(leftOut), pair.bigQuery.build(leftOut)]);
  const duckDb = await pair.duckDb.marts();
  const bigQuery = await pair.bigQuery.marts();
  const compared = [...duckDb].map(([mart, rows]) => `${mart} ${rows.length}`);
  context.diagnostic(`compared, with rows: ${compared.join(", ")}`);
  for (const { mart, workspace, defect } of emulatorDefects)
    context.diagnostic(`${mart} of ${workspace} not compared: ${defect}`);
  if (leftOut.length > 0) context.diagnostic(`not compared: ${leftOut.join(", ")} and what is built on them`);
  const differences: string[] = [];
  for (const [mart, rows] of duckDb) {
    const defects = emulatorDefects.filter((known) => known.mart === mart);
    const unlike = differencesOf(rows, bigQuery.get(mart) ?? []).filter(
      (row) => !defects.some(({ workspace }) => row.includes(`["workspace_id","${workspace}"]`)),
    );
    if (unlike.length > 0) differences.push(`${mart}: ${unlike.length} differ`, ...unlike.slice(0, toldMax));
  }
  assert.deepEqual(differences, []);
  assert.ok(duckDb.size >= 8, `only ${duckDb.size} marts`);
  assert.ok((duckDb.get("conversations") ?? []).length > 20);
}

test("the golden cases give the same rows in every mart on both engines", { skip }, async (context) => {
  const pair = await newPair();
  const cases = await readGoldenCases();
  for (const golden of cases) {
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
  const pair = await newPair();
  const intercom = await startFakeIntercom({ conversations, seed: 3 });
  try {
    await pair.sync(intercom);
  } finally {
    await intercom.close();
  }
  await compare(pair, context);
});
