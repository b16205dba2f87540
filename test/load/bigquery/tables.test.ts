import assert from "node:assert/strict";
import { test } from "node:test";
import { orMissing } from "../../../loader/load/bigquery/errors.ts";
import { rawTables } from "../../../loader/load/raw-tables.ts";
import { setUpDesk } from "./desk.ts";
import { sentence, setUp } from "./setting.ts";

test("every raw table is made, by day of loading, clustered, described and labelled", async (context) => {
  const { fake } = await setUp(context);
  assert.deepEqual([...fake.tables.keys()].toSorted(), rawTables.map(({ name }) => name).toSorted());
  const { metadata } = fake.tables.get("conversation_parts") ?? assert.fail();
  assert.deepEqual(metadata["timePartitioning"], { type: "DAY", field: "_loaded_at" });
  assert.deepEqual(metadata["clustering"], { fields: ["conversation_id", "id"] });
  assert.deepEqual(metadata["labels"], { app: "intercom-warehouse", component: "loader" });
  assert.match(String(metadata["description"]), /^Every part of every thread/);
  const { fields } = metadata["schema"] as { fields: { name: string; type: string; description: string }[] };
  assert.equal(fields.find(({ name }) => name === "payload")?.type, "JSON");
  assert.ok(fields.every(({ description }) => description !== ""));
});

test("a table of an older version gets its missing columns, and keeps columns that are not ours", async (context) => {
  const { fake } = await setUp(context, {}, { isPrepared: false });
  const schema = {
    fields: [
      { name: "id", type: "STRING" },
      { name: "extra", type: "FLOAT64" },
    ],
  };
  fake.tables.set("tags", { metadata: { schema, type: "TABLE" }, etag: 7, rows: [] });
  await setUpDesk(context, fake.url, { dataset: "raw" });
  const { fields } = (fake.tables.get("tags") ?? assert.fail()).metadata["schema"] as { fields: { name: string }[] };
  const wanted = rawTables.find(({ name }) => name === "tags")?.columns.map(({ name }) => name) ?? [];
  assert.deepEqual(fields.map(({ name }) => name).toSorted(), [...wanted, "extra"].toSorted());
});

for (const [name, field, pattern] of [
  ["another type", { name: "updated_at", type: "STRING" }, /tags was changed by hand: its column updated_at is STRING/],
  ["a required column", { name: "team", type: "STRING", mode: "REQUIRED" }, /its column team is required/],
] as const) {
  test(`a table that somebody gave ${name} is named, and not touched`, async (context) => {
    const { fake } = await setUp(context, {}, { isPrepared: false });
    fake.tables.set("tags", { metadata: { schema: { fields: [field] } }, etag: 1, rows: [] });
    const desk = await setUpDesk(context, fake.url, { dataset: "raw", isPrepared: false });
    await assert.rejects(desk.warehouse.prepare(), sentence(pattern));
    assert.equal(fake.tables.get("tags")?.etag, 1);
  });
}

test("a dataset in another location ends the run with both names, and nothing is made", async (context) => {
  const { fake } = await setUp(context, {}, { isPrepared: false });
  fake.datasetLocation = "EU";
  const desk = await setUpDesk(context, fake.url, { dataset: "raw", location: "us-east1", isPrepared: false });
  await assert.rejects(desk.warehouse.prepare(), sentence(/raw is in EU, but BIGQUERY_LOCATION is us-east1/));
  assert.equal(fake.tables.size, 0);
});

for (const [message, isMissing] of [
  ["Not found: Dataset test:raw", true],
  ["Not found: Table project-tables:raw.tags", true],
  ["Not found: Project test", false],
  ["Not found: Project dataset-of-tables-and-jobs", false],
] as const)
  test(`"${message}" is ${isMissing ? "a thing that is missing" : "a project that is not there, in which nothing can be made"}`, async () => {
    const error = Object.assign(new Error(message), { code: 404, errors: [{ reason: "notFound", message }] });
    const asked = orMissing(() => Promise.reject(error));
    if (isMissing) assert.equal(await asked, undefined);
    else await assert.rejects(asked, error);
  });
