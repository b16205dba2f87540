// A loader that is older than the raw tables would leave their new columns empty for good, so it writes nothing.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { rawTables } from "../../loader/load/raw-tables.ts";
import { rawVersion } from "../../loader/load/raw-version.ts";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { setUpDesk } from "./desk.ts";

delete process.env["BIGQUERY_EMULATOR_HOST"];

const refusal =
  /^loader: A newer version of this project made the raw tables in .*: they have version 99, and this one knows version \d+\. Nothing was changed\. Update this project/m;

/** Hashes of the raw tables' names and columns, by their version. */
const shapes: Readonly<Record<number, string>> = { 2: "493097693517cc89" };

test("raw tables that differ from those of their version have a version of their own", () => {
  const shape = rawTables.map(({ name, columns }) => [name, columns.map((column) => [column.name, column.type])]);
  const hash = createHash("sha256").update(JSON.stringify(shape)).digest("hex").slice(0, 16);
  assert.equal(hash, shapes[rawVersion], "raise rawVersion in loader/load/raw-version.ts, and add its hash here");
});

test("a DuckDB file of a newer version is refused by whatever writes, and stays as it is", async (context) => {
  const { newPlace } = await setUpDesk(context);
  const place = newPlace();
  const archive = join(place.folder, "archive");
  await place.run("sync", "--archive", archive);
  const version = "select comment from duckdb_tables() where table_name = '_loads'";
  assert.deepEqual(await place.rows(version), [[`raw tables of version ${rawVersion}`]]);
  await withDuckDb(place.path, async (connection) => {
    await connection.run("comment on table intercom_raw._loads is 'raw tables of version 99'");
  });
  const before = readFileSync(place.path);
  for (const command of [["sync"], ["replay", archive], ["purge"], ["activate", "posthog"]]) {
    const { exitCode, stderr } = await place.try(...command);
    assert.deepEqual([command, exitCode], [command, 2], stderr);
    assert.match(stderr, refusal);
  }
  assert.ok(before.equals(readFileSync(place.path)));
  const { stdout } = await place.try("doctor");
  assert.match(stdout, /^FAILED {2}DuckDB file: A newer version of this project made the raw tables/m);
  assert.equal((await place.try("status")).exitCode, 0, "what only reads goes on");
});

test("a purge, which writes the file again, keeps the version", async (context) => {
  const { intercom, newPlace } = await setUpDesk(context);
  const place = newPlace();
  await place.run("sync");
  const [id = ""] = intercom.world.conversationIds();
  await place.run("purge", "--conversation", id);
  const version = "select comment from duckdb_tables() where table_name = '_loads'";
  assert.deepEqual(await place.rows(version), [[`raw tables of version ${rawVersion}`]]);
});

test("a BigQuery dataset of a newer version is refused by whatever writes, and nothing is made in it", async (context) => {
  const { newPlace } = await setUpDesk(context);
  const place = newPlace();
  const fake = await FakeBigQuery.start({ isWithSql: true });
  context.after(() => fake.close());
  Object.assign(place.environment, {
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
  });
  fake.datasetLocation = "US";
  const fields = [{ name: "_load_id", type: "STRING" }];
  const labels = { app: "intercom-warehouse", raw_version: "99" };
  fake.tables.set("_loads", { metadata: { schema: { fields }, type: "TABLE", labels }, etag: 1, rows: [] });
  for (const command of [["sync"], ["purge"], ["activate", "posthog"]]) {
    const { exitCode, stderr } = await place.try(...command);
    assert.deepEqual([command, exitCode], [command, 2], stderr);
    assert.match(stderr, refusal);
  }
  assert.deepEqual([...fake.tables.keys()], ["_loads"]);
  assert.equal(fake.tables.get("_loads")?.etag, 1);
  assert.deepEqual(fake.jobIds, []);
});

test("tables in BigQuery of an earlier version get columns and version, and new ones have it from the start", async (context) => {
  const { newPlace } = await setUpDesk(context);
  const place = newPlace();
  const fake = await FakeBigQuery.start({ isWithSql: true });
  context.after(() => fake.close());
  Object.assign(place.environment, {
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
  });
  const versionIn = (): unknown => Object(fake.tables.get("_loads")?.metadata["labels"])["raw_version"];
  await place.run("sync", "--streams", "tags");
  assert.equal(versionIn(), String(rawVersion));
  const loads = fake.tables.get("_loads") ?? assert.fail();
  const fields = Object(loads.metadata["schema"]).fields.filter(
    ({ name }: { name: string }) => name !== "unseen_count",
  );
  loads.metadata = { ...loads.metadata, schema: { fields }, labels: { app: "intercom-warehouse" } };
  await place.run("sync", "--streams", "tags");
  assert.equal(versionIn(), String(rawVersion));
  assert.ok(JSON.stringify(loads.metadata["schema"]).includes("unseen_count"));
});
