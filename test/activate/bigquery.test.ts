import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { TypeKind } from "@fivetrandevelopers/zetasql";
import { deliver, noProgress } from "../../loader/activate/deliver.ts";
import type { Selection } from "../../loader/activate/outbox.ts";
import { OutboxSql } from "../../loader/activate/outbox-sql.ts";
import { PostHog } from "../../loader/activate/posthog/destination.ts";
import { StoredOutbox } from "../../loader/activate/stored-outbox.ts";
import { openBigQuery } from "../../loader/load/bigquery/client.ts";
import { BigQueryOutbox } from "../../loader/load/bigquery/outbox.ts";
import { dialectOf } from "../../loader/load/bigquery/sql.ts";
import { rawTables } from "../../loader/load/raw-tables.ts";
import { GoogleSqlAnalyzer, googleSqlTypes, typeName } from "../dbt/googlesql.ts";
import { rawTablesIn } from "../dbt/raw-googlesql.ts";
import { SkippingClock } from "../fault/skipping-clock.ts";
import { temporaryFolder } from "../tools/folder.ts";
import { postHogFaults } from "./checker.ts";
import { startPostHog } from "./setting.ts";
import { manyTickets, martColumns, martRows } from "./tickets.ts";

// BigQuery's client sends to the emulator of the environment, whatever address it is given.
const emulatorHost = process.env["BIGQUERY_EMULATOR_HOST"] ?? "";
delete process.env["BIGQUERY_EMULATOR_HOST"];
const skip =
  emulatorHost === "" ? "no BIGQUERY_EMULATOR_HOST: the outbox did not run on BigQuery's own queries" : false;

const martTypes = { varchar: "STRING", bigint: "INT64", timestamp: "TIMESTAMP" } as const;

const connection = {
  project: "test",
  location: undefined,
  emulatorHost,
  impersonate: undefined,
  maximumBytesBilled: 2 ** 30,
};

let analyzer: GoogleSqlAnalyzer | undefined;
before(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
after(() => analyzer?.stop());

test("every query of the outbox is valid GoogleSQL, and planned rows have the types of the table", async () => {
  const tables = rawTablesIn("test.raw");
  const columns = martColumns().map(([name, type]) => ({
    name,
    type:
      type === "varchar[]"
        ? { typeKind: TypeKind.TYPE_ARRAY, arrayType: { elementType: googleSqlTypes.STRING } }
        : googleSqlTypes[martTypes[type as keyof typeof martTypes]],
  }));
  tables.push({ name: "test.intercom.support_ticket_closed", columns });
  const sql = new OutboxSql(dialectOf("test"), { rawDataset: "raw", martsDataset: "intercom" });
  const selection: Selection = {
    destination: "attio",
    target: "it's",
    isUpdating: true,
    isRetrying: true,
    isSendingAgain: true,
    since: 5,
    limit: 7,
  };
  assert.ok(analyzer);
  for (const query of [
    sql.counts(selection),
    sql.preview(selection, 5),
    sql.pending(selection),
    sql.pending(
      { ...selection, isUpdating: false, isRetrying: false, since: undefined },
      { closed_at: 1, event_uuid: "u", isWaiting: false },
      10,
    ),
    sql.entries(selection, ["a", "b"]),
  ])
    await analyzer.analyze(query, tables);
  const planned = await analyzer.analyze(sql.plan(selection), tables);
  const wanted = rawTables.find(({ name }) => name === "_activations")?.columns.slice(0, -1) ?? [];
  assert.deepEqual(
    planned.map(({ name, type }) => `${name} ${typeName(type)}`),
    wanted.map(({ name, type }) => `${name} ${type === "integer" ? "INT64" : "STRING"}`),
  );
});

test("on BigQuery each ticket is sent once, with a handful of load jobs", { skip }, async (context) => {
  const tickets = manyTickets(1050, 5);
  const suffix = randomBytes(4).toString("hex");
  const [rawDataset, martsDataset] = [`raw_${suffix}`, `marts_${suffix}`];
  await makeMart(temporaryFolder(context), martsDataset, tickets);
  const fake = await startPostHog(context);
  const jobs: unknown[] = [];
  const folder = temporaryFolder(context);
  const run = async (): Promise<{ planned: number; confirmed: number; error: unknown }> => {
    const effects = new SkippingClock().effects(
      () => 0.5,
      (event, fields) => {
        if (event === "load_job_done") jobs.push(fields);
      },
    );
    const runId = `run-${randomBytes(3).toString("hex")}`;
    const store = await BigQueryOutbox.open({
      connection,
      rawDataset,
      martsDataset,
      stateDirectory: folder,
      effects,
      runId,
    });
    const outbox = new StoredOutbox(store, { rawDataset, martsDataset });
    const signal = new AbortController().signal;
    const options = { host: fake.url, apiKey: fake.apiKey, effects, signal, hasPersonProfiles: true };
    const destination = new PostHog(options, outbox);
    try {
      const { target } = destination;
      const selection: Selection = {
        destination: "posthog",
        target,
        isUpdating: false,
        isRetrying: false,
        isSendingAgain: false,
        since: undefined,
        limit: undefined,
      };
      const progress = noProgress();
      return await deliver({ outbox, destination, selection, effects, progress });
    } finally {
      await destination.close();
      await outbox.close();
    }
  };
  const first = await run();
  assert.equal(first.error, undefined);
  assert.deepEqual(postHogFaults(fake, tickets), []);
  // One job for the plan, one for each page of 1,000, one at the end.
  assert.equal(jobs.length, 4);
  const second = await run();
  assert.equal(second.error, undefined);
  assert.equal(second.planned, 0);
  assert.equal(jobs.length, 4);
});

/** The mart as dbt would leave it. */
async function makeMart(folder: string, dataset: string, tickets: ReturnType<typeof manyTickets>): Promise<void> {
  const client = await openBigQuery(connection);
  await client.createDataset(dataset);
  const fields = martColumns().map(([name, type]) => ({
    name,
    type: type === "varchar[]" ? "STRING" : martTypes[type as keyof typeof martTypes],
    mode: type === "varchar[]" ? "REPEATED" : "NULLABLE",
  }));
  await client.dataset(dataset).createTable("support_ticket_closed", { schema: { fields } });
  const path = join(folder, "mart.ndjson");
  await writeFile(
    path,
    martRows(tickets)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(""),
  );
  await client.dataset(dataset).table("support_ticket_closed").load(path, { sourceFormat: "NEWLINE_DELIMITED_JSON" });
}
