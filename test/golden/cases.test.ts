import assert from "node:assert/strict";
import { after, test } from "node:test";
import { type NormalizedRow, normalizedColumns } from "../checker/conversation/normalized-row.ts";
import { daysAsText, type Marts, martConversations, rowsOf } from "../checker/mart.ts";
import { collapsed } from "../checker/white-space.ts";
import { FixtureWorld } from "../fake/desk/fixture-world.ts";
import { startFakeIntercom } from "../fake/intercom/server.ts";
import type { JsonObject, JsonValue } from "../fake/json.ts";
import { type GoldenCase, readGoldenCases } from "./case.ts";
import { martsSchema, Pipeline } from "./pipeline.ts";

const cases = await readGoldenCases();
const pipeline = await Pipeline.create();

after(() => pipeline.remove());

test("there are golden cases, and each expects whole rows of conversations in the normalized columns", () => {
  assert.ok(cases.length >= 30, `only ${cases.length} cases`);
  for (const golden of cases) {
    for (const row of golden.expected.get("conversations") ?? []) {
      assert.deepEqual(Object.keys(row), [...normalizedColumns], `${golden.name}: ${String(row["conversation_id"])}`);
    }
  }
});

test("each golden case, a workspace of its own in one warehouse, has the rows that the definitions give", async (context) => {
  const stepsMax = Math.max(...cases.map((golden) => golden.steps.length));
  for (let step = 0; step < stepsMax; step += 1) {
    for (const golden of cases) await syncStep(golden, step);
  }
  await pipeline.build();
  for (const golden of cases) {
    for (const [mart, expected] of golden.expected) {
      await context.test(`${golden.name}: ${mart}`, async () => {
        const rows = await pipeline.read((connection) => {
          const marts = { connection, schema: martsSchema, workspaceId: workspaceOf(golden) };
          return mart === "conversations" ? normalizedRows(marts) : martRows(marts, mart, expected);
        });
        assert.deepEqual(rows, sorted(expected));
      });
    }
  }
});

async function syncStep(golden: GoldenCase, index: number): Promise<void> {
  const step = golden.steps[index];
  if (step === undefined) return;
  const intercom = await startFakeIntercom({ world: new FixtureWorld({ ...step, workspaceId: workspaceOf(golden) }) });
  try {
    const summary = await pipeline.sync(intercom);
    const rejected = [...summary.streams].filter(([, stream]) => stream.rejected > 0).map(([name]) => name);
    assert.deepEqual(rejected, [], `${golden.name}: records were rejected`);
    assert.deepEqual(intercom.unplanned, [], golden.name);
  } finally {
    await intercom.close();
  }
}

function workspaceOf(golden: GoldenCase): string {
  return `golden-${golden.name}`;
}

async function normalizedRows(marts: Marts): Promise<NormalizedRow[]> {
  const rows: NormalizedRow[] = [];
  for await (const row of martConversations(marts)) {
    rows.push({ ...row, first_message_body: collapsed(row.first_message_body) });
  }
  return sorted(rows);
}

async function martRows(marts: Marts, mart: string, expected: readonly JsonObject[]): Promise<JsonObject[]> {
  const columns = Object.keys(expected[0] ?? {})
    .map(daysAsText)
    .join(", ");
  const rows: JsonObject[] = [];
  for await (const found of rowsOf<Readonly<Record<string, JsonValue | Date>>>(marts, mart, columns, "1")) {
    const row = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, written(value)]));
    const { body } = row;
    rows.push(typeof body === "string" ? { ...row, body: collapsed(body) } : row);
  }
  return sorted(rows);
}

/** A time as the expected rows have it. */
function written(value: JsonValue | Date): JsonValue {
  return value instanceof Date ? value.toISOString().replace(".000Z", "Z") : value;
}

/** Rows in the order of their text, so that the marts need have none. */
function sorted<T>(rows: readonly T[]): T[] {
  return rows.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}
