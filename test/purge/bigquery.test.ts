import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { type Config, readConfig } from "../../loader/config.ts";
import type { Effects } from "../../loader/effects.ts";
import { openBigQuery } from "../../loader/load/bigquery/client.ts";
import { RunLock } from "../../loader/load/bigquery/lock.ts";
import { BigQueryPurge, isOnDays } from "../../loader/load/bigquery/purge.ts";
import { rawTables } from "../../loader/load/raw-tables.ts";
import { ageOf } from "../../loader/purge/ages-sql.ts";
import { rowsToCopy } from "../../loader/purge/copies.ts";
import { PurgeSql } from "../../loader/purge/sql.ts";
import type { Removal } from "../../loader/purge/store.ts";
import { differingTables } from "../checker/same-tables.ts";
import { GoogleSqlAnalyzer, type GoogleSqlTable, googleSqlTypes } from "../dbt/googlesql.ts";
import { rawTablesIn } from "../dbt/raw-googlesql.ts";
import { FakeBigQuery } from "../fake/bigquery/server.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { datasetsWritten } from "../load/bigquery/datasets.ts";
import { readDuckDb } from "../tools/duckdb-file.ts";
import { aroundStatements } from "./around-rows.ts";
import { googleSqlRunner } from "./googlesql-in-duckdb.ts";
import { forgetRuns, type Purged, type PurgeOptions, run, setUp } from "./run.ts";

// BigQuery's client sends to the emulator of the environment, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

const schemas = ["intercom", "intercom_staging", "intercom_raw", "crm"];

type Double = {
  readonly fake: FakeBigQuery;
  readonly config: Config;
  readonly purge: (
    contacts?: readonly string[],
    isDryRun?: boolean,
    named?: Pick<PurgeOptions, "conversations" | "tickets" | "olderThanDays" | "keeps">,
  ) => Promise<Purged>;
  readonly effects: Effects;
  /** Closes the file in which the double keeps its tables. */
  readonly close: () => void;
};

/** A double of BigQuery which has the tables of the small warehouse. @param more statements that are run after it is made */
async function setUpDouble(context: TestContext, more: readonly string[] = []): Promise<Double> {
  const file = await setUp(context, more);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`attach '${file.duckdbPath}' as bigquery`);
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  context.after(close);
  const fake = await FakeBigQuery.start({ runs: await googleSqlRunner(connection) });
  context.after(() => fake.close());
  const config = readConfig({
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    STATE_DIR: file.stateDirectory,
    DUCKDB_PATH: file.duckdbPath,
  });
  const effects = new SkippingClock().effects(
    () => 0,
    () => undefined,
  );
  const purge: Double["purge"] = (contacts = [], isDryRun = false, named = {}) =>
    run(config, contacts, {
      isDryRun,
      ...named,
      openStore: ({ bigQuery: connectionTo, rawDataset }) =>
        BigQueryPurge.open({ connection: connectionTo, rawDataset, effects, runId: "run", isDryRun }),
    });
  return { fake, config, purge, effects, close };
}

test("a purge removes the same rows on BigQuery as on DuckDB, and reports the same", async (context) => {
  const named = { conversations: ["2"], tickets: ["t7", "tGone"] };
  const { config, purge, close } = await setUpDouble(context, aroundStatements);
  const there = await purge(["ann@example.com"], false, named);
  assert.equal(there.error, undefined);
  const again = await purge();
  const oldThere = await purge([], false, { olderThanDays: 30 });
  close();
  const file = await setUp(context, aroundStatements);
  const here = await run(file, ["ann@example.com"], named);
  assert.deepEqual(there.summary, here.summary);
  const oldHere = await run(file, [], { olderThanDays: 30 });
  assert.ok(oldHere.summary.conversations_old > 0 && oldHere.summary.tickets_old > 0, oldHere.error);
  assert.deepEqual(oldThere.summary, oldHere.summary);
  assert.equal(again.summary.rows, 0);
  await forgetRuns(file.duckdbPath, config.duckdbPath);
  const differing = await readDuckDb(file.duckdbPath, (connection) =>
    differingTables(connection, config.duckdbPath, schemas),
  );
  assert.deepEqual(differing, []);
});

test("every statement of a purge is valid GoogleSQL over the tables", async (context) => {
  const { fake, config, purge, effects, close } = await setUpDouble(context, aroundStatements);
  const openStore = () =>
    BigQueryPurge.open({
      connection: config.bigQuery,
      rawDataset: config.rawDataset,
      effects,
      runId: "run",
      isDryRun: false,
    });
  await purge(["ann@example.com"], true, { conversations: ["7"], tickets: ["tBack"], olderThanDays: 30 });
  await purge([], true, { olderThanDays: 30, keeps: "rows to copy" });
  const store = await openStore();
  const toCopy = await rowsToCopy(config, store, ageOf(30, Date.now() / 1000, "rows to copy")).finally(() =>
    store.close(),
  );
  assert.ok(toCopy.loads.length > 0 && toCopy.has("conversations", "w1", { id: "7" }));
  await purge([], false, { olderThanDays: 30, keeps: "rows copied" });
  await purge(["ann@example.com", "c-bob"]);
  close();
  const analyzer = await GoogleSqlAnalyzer.start();
  try {
    const tables = await tablesOf(config.duckdbPath);
    const seen = new Set<string>();
    for (const sql of fake.queries) {
      seen.add(/^\s*(\w+)/.exec(sql)?.[1] ?? "");
      await analyzer.analyze(sql, tables).catch((error: unknown) => {
        // The analyzer says this only of a statement that it has understood.
        if (!(error instanceof Error && error.message === "not a query")) assert.fail(`${String(error)} in: ${sql}`);
      });
    }
    assert.deepEqual([...seen].sort(), ["create", "delete", "drop", "insert", "select", "update", "with"]);
    // docs/bigquery.md: so a purge needs more than a sync.
    const written = new Set(fake.queries.flatMap(datasetsWritten));
    assert.deepEqual([...written].sort(), ["intercom", "intercom_raw", "intercom_staging"]);
    const broken = fake.queries.find((sql) => sql.startsWith("delete"))?.replaceAll("workspace_id", "workspace");
    await assert.rejects(analyzer.analyze(broken ?? "", tables), /workspace/);
  } finally {
    analyzer.stop();
  }
});

test("each removal from a raw table names the days on which the rows were loaded", async (context) => {
  const { fake, purge } = await setUpDouble(context);
  await purge();
  const changes = fake.queries.filter((sql) => /^(delete from|update) `test\.intercom_raw\./.test(sql));
  assert.equal(changes.length, 5);
  for (const sql of changes)
    assert.match(
      sql,
      /each_row\._loaded_at >= timestamp '2026-01-01 00:00:00\+00' and each_row\._loaded_at < timestamp '2026-01-02 00:00:00\+00'/,
    );
});

test("days after each other are one span", () => {
  const where = isOnDays([0, 86_400, 259_200]);
  assert.equal(where.match(/>=/g)?.length, 2);
  assert.match(where, /1970-01-01 00:00:00\+00' and each_row._loaded_at < timestamp '1970-01-03/);
});

test("the purge says how long BigQuery itself keeps removed rows", async (context) => {
  const { fake, config, effects } = await setUpDouble(context);
  const { lines } = await run(config, [], {
    isText: true,
    openStore: ({ bigQuery: connection, rawDataset }) =>
      BigQueryPurge.open({ connection, rawDataset, effects, runId: "run", isDryRun: false }),
  });
  assert.match(lines.at(-1) ?? "", /time travel \(7 days/);
  assert.ok(fake.queries.at(-1)?.startsWith("drop table if exists"));
});

test("a purge ends with 2 while another run holds the lock; a dry run goes on", async (context) => {
  const { config, purge, effects } = await setUpDouble(context);
  await purge();
  const client = await openBigQuery(config.bigQuery);
  const lock = await RunLock.take(
    { client, connection: config.bigQuery, datasetName: config.rawDataset, effects, place: "elsewhere" },
    "another-run",
  );
  const { exitCode, error } = await purge(["c-bob"]);
  assert.equal(exitCode, 2);
  assert.match(error ?? "", /held by run another-run/);
  assert.equal((await purge(["c-bob"], true)).exitCode, 0);
  await lock.release();
});

test("a dry run during a purge does not add its contact to the plan", async (context) => {
  const { config, effects } = await setUpDouble(context);
  const open = (runId: string, isDryRun: boolean): Promise<BigQueryPurge> => {
    const { bigQuery: connection, rawDataset } = config;
    return BigQueryPurge.open({ connection, rawDataset, effects, runId, isDryRun });
  };
  const { exitCode, summary } = await run(config, [], {
    openStore: () => open("purge-1", false),
    around: (store) => ({
      dialect: store.dialect,
      preview: store.preview,
      columns: (schemas) => store.columns(schemas),
      rows: (sql: string) => store.rows(sql),
      makePreview: (query) => store.makePreview(query),
      dropPreview: () => store.dropPreview(),
      record: (statements) => store.record(statements),
      remove: (removal: Removal) => store.remove(removal),
      finish: (plan) => store.finish(plan),
      close: () => store.close(),
      keepPlan: async (plan) => {
        const dryRun = await open("purge-2", true);
        const sql = new PurgeSql(dryRun.dialect, config.rawDataset, []);
        await dryRun.makePreview(sql.plan({ contacts: [["c-bob"]], conversations: [], tickets: [] }, undefined));
        await store.keepPlan(plan);
        assert.deepEqual(await dryRun.rows(`select id from ${plan} where kind = 'contact'`), []);
      },
    }),
  });
  assert.deepEqual([exitCode, summary.contacts], [0, 0]);
});

test("a table that BigQuery does not have yet is as good as empty", async (context) => {
  const fake = await FakeBigQuery.start();
  context.after(() => fake.close());
  const file = await setUp(context);
  await rm(file.duckdbPath);
  const config = readConfig({
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    STATE_DIR: join(file.stateDirectory, "other"),
  });
  fake.faults.push({ route: "query", times: 3, kind: { status: 404, reason: "notFound" } });
  const effects = new SkippingClock().effects(
    () => 0,
    () => undefined,
  );
  const { exitCode, summary, error } = await run(config, [], {
    openStore: ({ bigQuery: connection, rawDataset }) =>
      BigQueryPurge.open({ connection, rawDataset, effects, runId: "run", isDryRun: true }),
  });
  assert.equal(error, undefined);
  assert.deepEqual([exitCode, summary.rows], [0, 0]);
});

/** The double's tables for the analyzer, with the tables that a purge makes for itself. */
async function tablesOf(path: string): Promise<readonly GoogleSqlTable[]> {
  const text = googleSqlTypes.STRING;
  const columns = await readDuckDb(path, async (connection) =>
    (
      await connection.runAndReadAll(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() where schema_name like 'intercom%' and not starts_with(table_name, '_purge')",
      )
    ).getRows(),
  );
  const built = Map.groupBy(columns, ([schema, table]) => `test.${String(schema)}.${String(table)}`);
  const isRaw = (name: string): boolean => rawTables.some((table) => name === `test.intercom_raw.${table.name}`);
  const typeOf = (type: unknown): GoogleSqlTable["columns"][number]["type"] =>
    type === "BOOLEAN" ? googleSqlTypes.BOOL : type === "TIMESTAMP" ? googleSqlTypes.TIMESTAMP : text;
  const plan = ["kind", "workspace_id", "id", "rule"].map((name) => ({
    name,
    type: text as GoogleSqlTable["columns"][number]["type"],
  }));
  const views = ["intercom_raw", "intercom", "intercom_staging", "intercom_builds"].flatMap((dataset) =>
    ["COLUMNS", "TABLES"].map((view) => ({
      name: `test.${dataset}.INFORMATION_SCHEMA.${view}`,
      columns: ["table_schema", "table_name", "column_name", "table_type"].map((name) => ({ name, type: text })),
    })),
  );
  return [
    ...rawTablesIn("test.intercom_raw"),
    ...[...built]
      .filter(([name]) => !isRaw(name))
      .map(([name, of]) => ({ name, columns: of.map((row) => ({ name: String(row[2]), type: typeOf(row[3]) })) })),
    ...["_purge", "_purge_preview_run"].map((name) => ({
      name: `test.intercom_raw.${name}`,
      columns: [...plan, { name: "is_alive", type: googleSqlTypes.BOOL }],
    })),
    ...views,
  ];
}
