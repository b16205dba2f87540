import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BigQueryLoads } from "../../../loader/load/bigquery/loads.ts";
import { normalizedRowsSql } from "../../../loader/load/bigquery/marts.ts";
import { createTableSql } from "../../../loader/load/bigquery/probe.ts";
import { BigQueryReads } from "../../../loader/load/bigquery/reads.ts";
import { alarmQueriesOf } from "../../../loader/load/bigquery/runs.ts";
import { GoogleSqlAnalyzer, type GoogleSqlTable, googleSqlTypes } from "../../dbt/googlesql.ts";
import { rawTablesIn } from "../../dbt/raw-googlesql.ts";
import { offlineClient } from "./offline-client.ts";

const tables = [
  ...rawTablesIn("project.raw"),
  {
    name: "project.intercom_builds.builds",
    columns: [
      { name: "node", type: googleSqlTypes.STRING },
      { name: "rows_version", type: googleSqlTypes.STRING },
      { name: "recorded_in", type: googleSqlTypes.INT64 },
    ],
  },
];

const mart: GoogleSqlTable = {
  name: "project.intercom.conversations",
  columns: [
    ["conversation_id", "STRING"],
    ["contact_id", "STRING"],
    ["contact_email", "STRING"],
    ["company_id", "STRING"],
    ["created_at", "TIMESTAMP"],
    ["closed_at", "TIMESTAMP"],
    ["state", "STRING"],
    ["tags", "STRING"],
    ["rating", "INT64"],
    ["rating_remark", "STRING"],
    ["message_count", "INT64"],
    ["time_to_first_reply_seconds", "INT64"],
    ["time_to_resolution_seconds", "INT64"],
    ["first_message_body", "STRING"],
    ["updated_at", "TIMESTAMP"],
  ].map(([name, type]) => ({ name: name ?? "", type: googleSqlTypes[type as keyof typeof googleSqlTypes] })),
};

let analyzer: GoogleSqlAnalyzer | undefined;
before(async () => {
  analyzer = await GoogleSqlAnalyzer.start();
});
after(() => analyzer?.stop());

test("every query of the loader is valid GoogleSQL over the raw tables", async (context) => {
  const { client, connection, effects } = await offlineClient();
  const reads = new BigQueryReads({ client, connection, effects }, "raw");
  const loads = new BigQueryLoads({ client, connection, effects }, "`project.raw._loads`");
  const alarms = alarmQueriesOf(connection.project, "raw", {
    martsDataset: "intercom",
    rejectedSince: 0,
    runsSince: 0,
    isAskingForBuild: true,
  });
  const statements: readonly (readonly [string, string, readonly string[]])[] = [
    ["newest runs", alarms.runs, ["workspace_id", "command", "ended", "exit_code", "error_kind"]],
    ["newly rejected records", alarms.rejected, ["workspace_id", "stream", "records"]],
    ["the last build", alarms.build, ["recorded_in"]],
    ["coverage", loads.coverageSql("tickets"), ["range_from", "covered_from", "covered_to"]],
    [
      "stored conversations",
      reads.storedThreadsSql("conversations", { from: 0, to: 9 }),
      ["id", "updated_at", "fetched_at", "findings", "searched_at"],
    ],
    [
      "recent ones",
      reads.storedThreadsSql("tickets", { from: 2e9, to: 3e9 }),
      ["id", "updated_at", "fetched_at", "findings", "searched_at"],
    ],
    [
      "fetched conversations",
      reads.fetchedConversationsSql({ fetchedFrom: 0, updatedFrom: 0, updatedTo: undefined, unreadIn: undefined }),
      ["id"],
    ],
    [
      "recently fetched ones that no run with their lists brought",
      reads.fetchedConversationsSql({ fetchedFrom: 2e9, updatedFrom: 5, updatedTo: 3e9, unreadIn: "handling_events" }),
      ["id"],
    ],
    ["purged records", reads.purgedRecordsSql("conversation", 0), ["id_hash", "updated_at"]],
    ["purged records that changed since", reads.purgedRecordsSql("ticket", 1_800_000_000), ["id_hash", "updated_at"]],
    ["cursor", loads.streamCursorSql("contacts"), ["window_to"]],
    ["live records", reads.liveRecordsSql("contacts"), ["key", "payload_hash"]],
    ["live records since", reads.liveRecordsSql("contacts", 1_800_000_000), ["key", "payload_hash"]],
    ["live tickets", reads.liveTicketsSql(0), ["id", "created_at"]],
    ["live tickets that changed since", reads.liveTicketsSql(1_800_000_000), ["id", "created_at"]],
    ["live records of tables", reads.liveRecordsOfSql(["tags", "contact_notes"]), ["stream", "key", "payload_hash"]],
    ["count of live records", reads.countLiveSql("contacts"), ["live"]],
    ["count of conversations", reads.countConversationsSql(), ["stored"]],
    ["whether a deletion is listed", reads.anyListedSql(), ["id"]],
    ["conversations to recheck", reads.recordsToRecheckSql("conversations", 1_700_000_000), ["id", "is_rejected"]],
    ["contacts to recheck", reads.recordsToRecheckSql("contacts", 1_700_000_000), ["id", "is_rejected"]],
    ["newest load", loads.newestLoadSql(), ["loaded_at_ms"]],
    ["unseen count", loads.unseenCountSql("contacts"), ["unseen_count"]],
    ["listed deletions that nobody has seen alive since", reads.listedAsDeletedSql(), ["id"]],
    [
      "status",
      loads.statusSql(),
      ["workspace_id", "stream", "row_count", "rejected_count", "window_to", "loaded_at", "unseen_count", "modes"],
    ],
  ];
  for (const [name, sql, columns] of statements) {
    await context.test(name, async () => {
      // The analyzer knows no parameters: a literal has the type that the client sends.
      const analyzed = await analyzer?.analyze(sql.replaceAll("@workspace", "'w1'"), tables);
      assert.deepEqual(
        analyzed?.map((column) => column.name),
        columns,
      );
    });
  }
  await context.test("the rows of the export", async () => {
    const sql = normalizedRowsSql("`project.intercom.conversations`", 1_800_000_000);
    assert.equal((await analyzer?.analyze(sql, [mart]))?.length, 14);
  });
  await context.test("the statement that the doctor runs dry", async () => {
    // The analyzer says this only of a statement that it has understood.
    await assert.rejects(async () => analyzer?.analyze(createTableSql("project", "raw"), []), /not a query/);
  });
  await context.test("which would notice a column that is not there", async () => {
    const sql = loads.streamCursorSql("contacts").replace("window_to", "window_till");
    await assert.rejects(async () => analyzer?.analyze(sql.replaceAll("@workspace", "'w1'"), tables), /window_till/);
  });
});
