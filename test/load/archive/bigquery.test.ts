import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { readArchive, replay } from "../../../loader/load/archive/replay.ts";
import { BigQueryWarehouse } from "../../../loader/load/bigquery/warehouse.ts";
import { rawTables } from "../../../loader/load/raw-tables.ts";
import { newRunId } from "../../../loader/run-id.ts";
import type { Json } from "../../fake/bigquery/body.ts";
import { FakeBigQuery, type FakeBigQueryOptions } from "../../fake/bigquery/server.ts";
import { ChildRun } from "../../fault/child-run.ts";
import { SkippingClock } from "../../fault/skipping-clock.ts";
import { Workshop } from "../../fault/workshop.ts";
import { temporaryFolder } from "../../tools/folder.ts";
import { DoubleBackend } from "../bigquery/backend.ts";
import { BigQueryWorkshop } from "../bigquery/workshop.ts";

// BigQuery's client sends to the emulator of the environment, whatever address it is given.
delete process.env["BIGQUERY_EMULATOR_HOST"];

const workspace = { conversations: 30, accounts: 6, lonelyCompanies: 4, seed: 5 };

async function setUp(context: TestContext): Promise<BigQueryWorkshop<DoubleBackend>> {
  const workshop = await BigQueryWorkshop.open(() => DoubleBackend.open(), workspace);
  context.after(() => workshop.close());
  return workshop;
}

async function startFake(context: TestContext, options: FakeBigQueryOptions = {}): Promise<FakeBigQuery> {
  const fake = await FakeBigQuery.start({ isWithSql: true, ...options });
  context.after(() => fake.close());
  return fake;
}

/** Replays an archive into a double, in this process. @param onSleep called whenever the replay waits */
async function replayIntoFake(context: TestContext, archive: string, fake: FakeBigQuery, onSleep?: () => void) {
  const effects = new SkippingClock().effects(
    () => 0.5,
    () => undefined,
  );
  const warehouse = await BigQueryWarehouse.open({
    connection: {
      project: "test",
      location: undefined,
      emulatorHost: fake.url,
      impersonate: undefined,
      maximumBytesBilled: 2 ** 30,
    },
    rawDataset: "raw",
    stateDirectory: temporaryFolder(context),
    effects: {
      ...effects,
      sleep: async (milliseconds, signal) => {
        onSleep?.();
        await effects.sleep(milliseconds, signal);
      },
    },
    onRefused: () => undefined,
  });
  try {
    await warehouse.prepare(newRunId(Date.now(), "replay"));
    return await replay({
      archive: await readArchive(archive),
      warehouse,
      spoolFolder: temporaryFolder(context),
      effects,
      signal: new AbortController().signal,
    });
  } finally {
    await warehouse.close();
  }
}

/** In words, which tables have rows in one double that the other lacks. */
function differences(one: FakeBigQuery, other: FakeBigQuery): string[] {
  const [ours, theirs] = [contentOf(one), contentOf(other)];
  return Object.keys(ours).flatMap((table) => {
    const [here, there] = [ours[table] ?? [], theirs[table] ?? []];
    if (JSON.stringify(here) === JSON.stringify(there)) return [];
    const only = here.find((row) => !there.includes(row)) ?? there.find((row) => !here.includes(row));
    return [`${table}: ${here.length} rows here, ${there.length} there; ${only?.slice(0, 300)}`];
  });
}

/** The rows that complete loads have in all raw tables, and `_activations`, sorted: with all columns, and times written in one way. */
function contentOf(fake: FakeBigQuery): Record<string, readonly string[]> {
  const complete = new Set(fake.rowsOf("_loads").map((row) => row["_load_id"]));
  const text = ({ columns }: (typeof rawTables)[number], row: Json): string =>
    JSON.stringify(
      columns.map(({ name, type }) => {
        const value = row[name] ?? null;
        // The double takes a row that was refused, which is a text, for what the text says.
        if (type === "json" && typeof value === "string") return JSON.parse(value);
        return type === "timestamp" && value !== null ? new Date(String(value)).toISOString() : value;
      }),
    );
  return Object.fromEntries(
    rawTables
      .filter(({ name }) => name !== "_runs")
      .map((table) => [
        table.name,
        fake
          .rowsOf(table.name)
          .filter((row) => row["_load_id"] === undefined || complete.has(row["_load_id"]))
          .map((row) => text(table, row))
          .sort(),
      ]),
  );
}

test("an archive of BigQuery replays into the same rows, and again into nothing more", async (context) => {
  const workshop = await setUp(context);
  const archive = join(workshop.folder, "archive");
  assert.equal((await workshop.run(archive)).exitCode, 0);
  workshop.fake.world.change.customerReplies([...workshop.fake.world.conversationIds()][3] ?? "", "One more thing");
  workshop.fake.advance(60);
  const run = await workshop.run(archive);
  assert.equal(run.exitCode, 0, String(run.error));
  assert.deepEqual(globSync(join(archive, "_pending/*/*")), []);
  const fake = await startFake(context);
  await replayIntoFake(context, archive, fake);
  assert.deepEqual(differences(fake, workshop.backend.double), []);
  const jobs = fake.jobIds.length;
  const again = await replayIntoFake(context, archive, fake);
  assert.deepEqual([again.loads, fake.jobIds.length], [0, jobs]);
  assert.deepEqual([...workshop.backend.unplanned, ...fake.unplanned], []);
});

test("loads of runs without the archive are filled in from BigQuery", async (context) => {
  const workshop = await setUp(context);
  const archive = join(workshop.folder, "archive");
  assert.equal((await workshop.run()).exitCode, 0);
  workshop.fake.advance(60);
  const run = await workshop.run(archive);
  assert.equal(run.exitCode, 0, String(run.error));
  const fake = await startFake(context);
  await replayIntoFake(context, archive, fake);
  assert.deepEqual(differences(fake, workshop.backend.double), []);
});

test("killed after any load job, the next run makes the archive what BigQuery is", async (context) => {
  const workshop = await setUp(context);
  const archive = join(workshop.folder, "archive");
  const flags = ["--archive", archive];
  // The last job is that of `_runs`, when all loads are archived.
  const jobs = (await workshop.runAsProcess(undefined, flags)).jobs - 1;
  assert.ok(jobs > 6, `${jobs} load jobs`);
  for (const job of [2, Math.ceil(jobs / 2), jobs]) {
    await workshop.empty();
    const killed = await workshop.runAsProcess(job, flags);
    assert.equal(killed.signal, "SIGKILL");
    // On a slow machine loads share more jobs, and the last one is that of `_runs`.
    if (job < jobs) assert.ok(globSync(join(archive, "_pending/*/*")).length > 0);
    const run = await workshop.run(archive);
    assert.equal(run.exitCode, 0, String(run.error));
    assert.deepEqual(globSync(join(archive, "_pending/*/*")), []);
    const fake = await startFake(context);
    await replayIntoFake(context, archive, fake);
    assert.deepEqual(differences(fake, workshop.backend.double), [], `killed after job ${job} of ${jobs}`);
  }
});

test("rows that BigQuery refused are in the archive as the warehouse has them", async (context) => {
  const open = async (): Promise<DoubleBackend> => DoubleBackend.open({ refuses: refusesOne });
  let refused = 0;
  const refusesOne = (row: Json, table: string): string | undefined => {
    if (table !== "conversation_parts" || (refused > 0 && row["id"] !== refusedId)) return undefined;
    refusedId = row["id"];
    refused += 1;
    return "as told";
  };
  let refusedId: unknown;
  const workshop = await BigQueryWorkshop.open(open, workspace);
  context.after(() => workshop.close());
  const archive = join(workshop.folder, "archive");
  const run = await workshop.run(archive);
  assert.equal(run.error, undefined);
  assert.equal(workshop.backend.double.rowsOf("_rejected").length, 1);
  const fake = await startFake(context);
  await replayIntoFake(context, archive, fake);
  assert.deepEqual(differences(fake, workshop.backend.double), []);
});

test("a team that grows replays DuckDB's archive into BigQuery, and goes on there", async (context) => {
  const small = await Workshop.open(workspace);
  context.after(() => small.close());
  const archive = join(small.folder, "archive");
  assert.equal((await small.run({ archive })).exitCode, 0);
  const fake = await startFake(context);
  await replayIntoFake(context, archive, fake);
  assert.equal(contentOf(fake)["conversations"]?.length, (await small.storedIds()).size);
  const replayed = contentOf(fake)["_loads"]?.length ?? 0;
  small.threadRequests.clear();
  const environment = {
    ...small.environment,
    WAREHOUSE: "bigquery",
    BIGQUERY_PROJECT: "test",
    BIGQUERY_EMULATOR_HOST: fake.url,
    RAW_DATASET: "raw",
  };
  const next = await new ChildRun({ environment, flags: ["--archive", archive] }).ended;
  assert.equal(next.exitCode, 0, next.words.join("\n"));
  assert.deepEqual([...small.threadRequests.keys()], []);
  const loads = contentOf(fake)["_loads"]?.length ?? 0;
  assert.ok(loads > replayed);
  // What it brought is in the same archive.
  const again = await startFake(context);
  await replayIntoFake(context, archive, again);
  assert.deepEqual(differences(again, fake), []);
});

test("rows of a killed replay do not count twice: the next one waits for its jobs, and removes them", async (context) => {
  const workshop = await setUp(context);
  const archive = join(workshop.folder, "archive");
  await workshop.run(archive);
  const fake = await startFake(context);
  // The first load job's rows are stored, and its answer and all that follows are lost.
  fake.faults.push({ route: "upload", times: 1000, after: 2, kind: { cut: "before" } });
  await assert.rejects(replayIntoFake(context, archive, fake));
  assert.ok(fake.rowsOf("conversations").length + fake.rowsOf("conversation_parts").length > 0);
  assert.equal(fake.rowsOf("_loads").length, 0);
  fake.faults.length = 0;
  fake.running.push("intercom-warehouse_20260105T080000-replay-abcdef_contacts_1_1");
  let waits = 0;
  await replayIntoFake(context, archive, fake, () => {
    waits += 1;
    fake.running.length = 0;
  });
  assert.ok(waits > 0);
  assert.deepEqual(differences(fake, workshop.backend.double), []);
});
