import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Effects } from "../../effects.ts";
import { WarehouseError } from "../../errors.ts";
import { textAt } from "../../json-path.ts";
import { type AlarmFacts, type AlarmQuestion, alarmQueries, factsOf } from "../alarm-facts.ts";
import { makeFolder } from "../disk.ts";
import { rawTable } from "../raw-tables.ts";
import { type RunRow, runValues } from "../run-row.ts";
import { type BigQueryConnection, openBigQuery, retrying } from "./client.ts";
import { isTableMissing, orMissing } from "./errors.ts";
import { LoadJobs } from "./jobs.ts";
import { queryRows } from "./query.ts";
import { qualified, timestamp } from "./sql.ts";
import { compareTable } from "./tables.ts";

export type BigQueryRunOptions = {
  readonly connection: BigQueryConnection;
  readonly rawDataset: string;
  readonly stateDirectory: string;
  readonly effects: Effects;
};

/**
 * Adds a command to `_runs`, by one load job. Nothing is made: without the table, nothing is recorded. Errors: WarehouseError.
 */
export async function recordBigQueryRun(options: BigQueryRunOptions, row: RunRow): Promise<void> {
  const { connection, rawDataset, stateDirectory, effects } = options;
  const client = await openBigQuery(connection);
  const dataset = client.dataset(rawDataset);
  const context = { doing: `look at ${rawDataset}._runs`, ...connection };
  const found = await retrying(effects, context, () => orMissing(() => dataset.table("_runs").getMetadata()));
  if (found === undefined) return;
  const present = compareTable(rawTable("_runs"), found[0]).fields.map(({ name }) => name ?? "");
  const entries = runValues(row, present).map(({ name, value }) => [name, value]);
  makeFolder(stateDirectory);
  const path = join(stateDirectory, `run-${row.run_id}.ndjson`);
  try {
    await writeFile(path, `${JSON.stringify(Object.fromEntries(entries))}\n`);
    const location = textAt(found[0], "location") || connection.location;
    const isCompressed = connection.emulatorHost === undefined;
    const jobs = new LoadJobs({ client, dataset, location, project: connection.project, effects, isCompressed });
    const result = await jobs.load(row.run_id, { table: "_runs", path, rows: 1 });
    if (!result.isLoaded) throw new WarehouseError("BigQuery refused the row of _runs.", { cause: result.problems });
  } finally {
    await rm(path, { force: true });
  }
}

/** What the alarms look at. Tables that an earlier version or no build has made count as empty. Errors: WarehouseError. */
export async function readBigQueryFacts(
  { connection, rawDataset, effects }: Omit<BigQueryRunOptions, "stateDirectory">,
  question: AlarmQuestion,
): Promise<AlarmFacts> {
  const client = await openBigQuery(connection);
  const queries = alarmQueriesOf(connection.project, rawDataset, question);
  const rows = async (sql: string, doing: string): Promise<readonly (readonly unknown[])[]> => {
    const rowsInstead = (error: unknown): [] | undefined => (isTableMissing(error) ? [] : undefined);
    return (await queryRows({ client, connection, effects }, sql, { doing, rowsInstead })).map((row) =>
      Object.values(row),
    );
  };
  return factsOf({
    runs: await rows(queries.runs, "read how the last runs ended"),
    rejected: await rows(queries.rejected, "count rejected records"),
    build: question.isAskingForBuild ? await rows(queries.build, "read when the last build was") : [],
  });
}

/** What the alarms ask BigQuery. */
export function alarmQueriesOf(
  project: string,
  rawDataset: string,
  question: AlarmQuestion,
): ReturnType<typeof alarmQueries> {
  const raw = (name: string): string => qualified(project, rawDataset, name);
  const builds = qualified(project, `${question.martsDataset}_builds`, "builds");
  const names = { runs: raw("_runs"), rejected: raw("_rejected"), loads: raw("_loads"), builds };
  return alarmQueries(question, names, { secondsOf: (column) => `unix_seconds(${column})`, moment: timestamp });
}
