import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { dayTables, filesColumn, loadTables } from "../../../loader/load/archive/layout.ts";
import { BigQueryArchive } from "../../../loader/load/bigquery/archive.ts";
import { LoadJobs } from "../../../loader/load/bigquery/jobs.ts";
import { rawTable, rawTables } from "../../../loader/load/raw-tables.ts";
import { GoogleSqlAnalyzer } from "../../dbt/googlesql.ts";
import { rawTablesIn } from "../../dbt/raw-googlesql.ts";
import { offlineClient } from "./offline-client.ts";

const tables = rawTablesIn("project.raw");

let analyzer: GoogleSqlAnalyzer | undefined;
before(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
after(() => analyzer?.stop());

test("every query of an archive is valid GoogleSQL over the raw tables", async (context) => {
  const { client, connection, effects } = await offlineClient();
  const jobs = new LoadJobs({
    client,
    dataset: client.dataset("raw"),
    location: undefined,
    project: "project",
    effects,
    isCompressed: true,
  });
  const archive = new BigQueryArchive({
    client,
    datasetName: "raw",
    connection,
    effects,
    jobs,
    lock: undefined,
    runId: "run",
  });
  const days = { from: "2026-01-05", to: "2026-01-06", ids: ["a", "b"] };
  const columnsOf = (name: (typeof rawTables)[number]["name"]): readonly string[] =>
    rawTable(name).columns.map((column) => column.name);
  const statements: readonly (readonly [string, string, readonly string[]])[] = [
    ["the stored loads", archive.loadsSql(), ["id", "workspace_id", "loaded_on", "row_count"]],
    ...rawTables
      .filter(({ name }) => name !== "_activations" && name !== "_runs" && name !== "_purged")
      .map(({ name }) => [`rows of ${name}`, archive.rowsSql(name, days), columnsOf(name)] as const),
    ["counts", archive.countsSql("tickets"), ["id", "row_count"]],
    ...dayTables.flatMap((name): [string, string, readonly string[]][] => [
      [`days of ${name}`, archive.daysSql(name), ["loaded_on", "workspace_id", "row_count"]],
      [`a day of ${name}`, archive.dayRowsSql(name, "2026-01-05"), columnsOf(name)],
    ]),
    ["unfinished loads", archive.anyIncompleteSql("contacts"), ["id"]],
  ];
  for (const [name, sql, columns] of statements) {
    await context.test(name, async () => {
      // The analyzer knows no parameters: a literal has the type that the client sends.
      const literal = sql.replaceAll("@workspace", "'w1'").replaceAll("@loads", "'a,b'");
      const analyzed = await analyzer?.analyze(literal, tables);
      assert.deepEqual(
        analyzed?.map((column) => column.name),
        columns,
      );
    });
  }
  await context.test("the removal of unfinished loads", async () => {
    // The analyzer says this only of a statement that it has understood.
    await assert.rejects(async () => analyzer?.analyze(archive.removeIncompleteSql("contacts"), tables), /not a query/);
  });
});

test("no raw table has a column of the archive's own", () => {
  assert.ok(loadTables.length > 20);
  assert.deepEqual(
    rawTables.filter(({ columns }) => columns.some(({ name }) => name === filesColumn)),
    [],
  );
});
