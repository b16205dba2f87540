import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { FixtureWorld } from "../fake/fixture-world.ts";
import { startFakeIntercom } from "../fake/server.ts";
import { readGoldenCases } from "../golden/golden-case.ts";
import { differencesOf, Engine } from "./bigquery-parity.ts";

const emulatorHost = process.env["BIGQUERY_EMULATOR_HOST"] ?? "";
const hasDbt = (process.env["DBT"] ?? "") !== "";
/** An emulator joins row by row with every other row: more of them is a matter of hours there. */
const conversations = Number(process.env["PARITY_CONVERSATIONS"] ?? 60);
const skip =
  emulatorHost === "" || !hasDbt
    ? "no BIGQUERY_EMULATOR_HOST, or no DBT command for it: the marts were not compared with BigQuery's"
    : false;

const toldMax = 3;
const created: Engine[] = [];
after(() => Promise.all(created.map((engine) => engine.remove())));

async function engines(): Promise<readonly Engine[]> {
  const suffix = randomBytes(3).toString("hex");
  const pair = await Promise.all([
    Engine.create("duckdb", emulatorHost, suffix),
    Engine.create("bigquery", emulatorHost, suffix),
  ]);
  created.push(...pair);
  return pair;
}

async function compare(pair: readonly Engine[]): Promise<void> {
  await Promise.all(pair.map((engine) => engine.build()));
  const [duckDb, bigQuery] = await Promise.all(pair.map((engine) => engine.marts()));
  assert.ok(duckDb !== undefined && bigQuery !== undefined && duckDb.size >= 8);
  const differences: string[] = [];
  for (const [mart, rows] of duckDb) {
    const unlike = differencesOf(rows, bigQuery.get(mart) ?? []);
    if (unlike.length > 0) differences.push(`${mart}: ${unlike.length} differ`, ...unlike.slice(0, toldMax));
  }
  assert.deepEqual(differences, []);
  assert.ok((duckDb.get("conversations") ?? []).length > 20);
}

test("the golden cases give the same rows in every mart on both engines", { skip }, async () => {
  const pair = await engines();
  const cases = await readGoldenCases();
  for (const golden of cases) {
    for (const step of golden.steps) {
      const world = new FixtureWorld({ ...step, workspaceId: `golden-${golden.name}` });
      const intercom = await startFakeIntercom({ world });
      try {
        for (const engine of pair) await engine.sync(intercom);
      } finally {
        await intercom.close();
      }
    }
  }
  await compare(pair);
});

test("a generated desk gives the same rows in every mart on both engines", { skip }, async () => {
  const pair = await engines();
  const intercom = await startFakeIntercom({ conversations, seed: 3 });
  try {
    for (const engine of pair) await engine.sync(intercom);
  } finally {
    await intercom.close();
  }
  await compare(pair);
});
