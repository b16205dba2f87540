import assert from "node:assert/strict";
import { test } from "node:test";
import type { FakeBigQuery } from "../../fake/bigquery/server.ts";
import { commitConversations } from "./desk.ts";
import { sentence, setUp } from "./setting.ts";

const idsIn = (fake: FakeBigQuery): unknown[] => fake.rowsOf("conversations").map((row) => row["id"]);

for (const isPositionNamed of [true, false]) {
  test(`rows that BigQuery refuses are rejected and the rest is loaded, ${isPositionNamed ? "by the byte it names" : "by halving"}`, async (context) => {
    const refuses = (row: Readonly<Record<string, unknown>>, table: string) =>
      table === "conversations" && ["c7", "c40"].includes(String(row["id"])) ? "a number too large" : undefined;
    const { fake, desk } = await setUp(context, { refuses, isPositionNamed });
    const ids = Array.from({ length: 50 }, (_, index) => `c${index}`);
    await commitConversations(desk, ids);
    await desk.warehouse.close();
    assert.deepEqual(new Set(idsIn(fake)), new Set(ids.filter((id) => id !== "c7" && id !== "c40")));
    assert.equal(fake.rowsOf("conversations").length, 48);
    assert.deepEqual([...desk.refused].toSorted(), ["conversations c40", "conversations c7"]);
    const [load] = fake.rowsOf("_loads");
    assert.deepEqual([load?.["row_count"], load?.["rejected_count"]], [48, 2]);
    const rejected = fake.rowsOf("_rejected");
    assert.deepEqual(rejected.map((row) => row["record_id"]).toSorted(), ["c40", "c7"]);
    assert.match(String(rejected[0]?.["reason"]), /^BigQuery refused the row: .*a number too large/);
    assert.equal(JSON.parse(String(rejected[0]?.["payload"])).id, rejected[0]?.["record_id"]);
    assert.equal(rejected[0]?.["_load_id"], load?.["_load_id"]);
    assert.ok(fake.jobIds.length < 30, `${fake.jobIds.length} jobs`);
  });
}

test("a run ends when BigQuery refuses every row of a table: it does not reject them all", async (context) => {
  const refuses = (_row: unknown, table: string) => (table === "conversations" ? "no such column" : undefined);
  const { fake, desk } = await setUp(context, { refuses });
  await commitConversations(
    desk,
    Array.from({ length: 300 }, (_, index) => `c${index}`),
  );
  await assert.rejects(desk.warehouse.close(), sentence(/refuses more than a few rows of conversations/));
  assert.deepEqual(fake.rowsOf("_loads"), []);
});
