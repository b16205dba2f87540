import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runDbt } from "./command.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";
import { smallWorkspace } from "./small-workspace.ts";

const marts = [
  "account_month_topics",
  "account_months",
  "account_survival",
  "ai_agent_content_metrics",
  "ai_agent_contents",
  "articles",
  "attribute_definitions",
  "calendar",
  "churn_by_bucket",
  "churn_by_topic",
  "churn_correlations",
  "churn_input_health",
  "churn_summary",
  "churn_survival",
  "churn_survival_tests",
  "companies",
  "company_metrics",
  "company_monthly",
  "company_trend",
  "company_windows",
  "contact_metrics",
  "contacts",
  "conversation_attributes",
  "conversation_metrics",
  "conversation_monitors",
  "conversation_parts",
  "conversation_replies",
  "conversation_scorecard_evaluators",
  "conversation_scorecards",
  "conversation_states",
  "conversation_tags",
  "conversations",
  "data_as_of",
  "feedback_phrases",
  "feedback_themes",
  "feedback_topics",
  "mrr_change_correlations",
  "period_comparison",
  "product_feedback",
  "sla_events",
  "statistics_reconciliation",
  "support_daily",
  "support_durations",
  "support_events",
  "support_hours",
  "support_monthly",
  "support_now",
  "support_ticket_closed",
  "support_weekly",
  "support_windows",
  "sync_health",
  "sync_runs",
  "tag_daily",
  "tag_metrics",
  "tags",
  "team_channel_weekly",
  "team_metrics",
  "teammate_daily",
  "teammate_metrics",
  "teammate_windows",
  "teammates",
  "teams",
  "ticket_parts",
  "ticket_state_times",
  "ticket_weekly",
  "tickets",
  "tracker_conversations",
  "trackers",
  "window_comparison",
] as const;

/** Marts that say "not enough" of each thing they would measure, instead of nothing; and the days of the calendar. */
const rowsWithoutData: Readonly<Partial<Record<(typeof marts)[number], number>>> = {
  calendar: 11_323,
  churn_by_bucket: 10,
  data_as_of: 1,
  churn_by_topic: 53,
  churn_correlations: 10,
  churn_input_health: 1,
  churn_survival: 3,
  churn_survival_tests: 1,
  mrr_change_correlations: 10,
};

describe("the models on DuckDB", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "models-"));
    // The default name: the file is the catalog `intercom` then, and the marts' schema has the same name.
    duckdbPath = join(workFolder, "intercom.duckdb");
    await makeRawWarehouse(duckdbPath, smallWorkspace);
    const build = await runDbt(["build"], workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: duckdbPath });
    assert.equal(build.exitCode, 0, build.output);
    assert.match(build.output, /[1-9]\d* unit tests/);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("make one normalized row per conversation that is not deleted", async () => {
    const rows = await readRows(
      duckdbPath,
      "select * from intercom.intercom.conversations order by workspace_id, conversation_id",
    );
    const unanswered = {
      contact_email: null,
      company_id: null,
      created_at: "2026-01-01 00:00:00",
      closed_at: null,
      state: "open",
      tags: [],
      rating: null,
      rating_remark: null,
      message_count: "1",
      time_to_first_reply_seconds: null,
      time_to_resolution_seconds: null,
      first_message_body: "The export hangs",
      workspace_id: "w1",
    };
    assert.deepEqual(rows, [
      {
        conversation_id: "1",
        contact_id: "p1",
        contact_email: "ada@example.com",
        company_id: "co2",
        created_at: "2026-01-01 00:00:00",
        closed_at: "2026-01-01 00:16:40",
        state: "closed",
        tags: ["Billing", "bug", "🔥", "ＶＩＰ"],
        rating: "4",
        rating_remark: "Thanks",
        // The opening, the AI agent's, the human's, an attachment alone, the text on the close and the one on the reopening.
        message_count: "6",
        time_to_first_reply_seconds: "120",
        time_to_resolution_seconds: "1000",
        first_message_body: "The export hangs",
        updated_at: "2026-01-01 00:16:40",
        workspace_id: "w1",
      },
      {
        ...unanswered,
        conversation_id: "3",
        contact_id: "p1",
        contact_email: "ada@example.com",
        company_id: "co1",
        updated_at: "2026-01-01 00:01:00",
      },
      { ...unanswered, conversation_id: "4", contact_id: "p2", updated_at: "2026-01-01 00:01:10" },
      {
        ...unanswered,
        conversation_id: "1",
        contact_id: "p9",
        updated_at: "2026-01-01 00:00:10",
        workspace_id: "w2",
      },
    ]);
  });

  it("give the normalized columns in the order that other tools rely on", async () => {
    const columns = await readRows(duckdbPath, "select column_name from (describe intercom.intercom.conversations)");
    assert.deepEqual(
      columns,
      [
        "conversation_id",
        "contact_id",
        "contact_email",
        "company_id",
        "created_at",
        "closed_at",
        "state",
        "tags",
        "rating",
        "rating_remark",
        "message_count",
        "time_to_first_reply_seconds",
        "time_to_resolution_seconds",
        "first_message_body",
        "updated_at",
        "workspace_id",
      ].map((column_name) => ({ column_name })),
    );
  });

  it("say of each part who wrote it and what it did, and show no redacted text", async () => {
    const rows = await readRows(
      duckdbPath,
      `select conversation_part_id || ' ' || author_kind
         || case when is_message then ' message' else '' end || case when is_note then ' note' else '' end
         || case when is_close then ' close' else '' end || case when is_reopen then ' reopen' else '' end
         || case when is_assignment then ' assignment to ' || assigned_to_teammate_id else '' end
         || coalesce(': ' || body, '') as part
       from intercom.intercom.conversation_parts order by conversation_part_id`,
    );
    assert.deepEqual(
      rows,
      [
        "101 bot message: Have you tried again?",
        "102 bot assignment to 7",
        "103 teammate note: Looks like the queue",
        "104 teammate message: We are looking",
        "105 customer message",
        "106 customer",
        "107 teammate message close: Fixed",
        "108 customer message reopen: Not for me",
        "109 teammate close",
        "110 bot",
        "301 teammate note: Hm",
      ].map((part) => ({ part })),
    );
  });

  it("let deleted contacts leave, and keep the names of companies and teammates that are gone", async () => {
    const rows = await readRows(
      duckdbPath,
      `select 'contact ' || contact_id || ' ' || email as kept from intercom.intercom.contacts
       union all select 'company ' || external_id || ' ' || name || case when is_deleted then ' (gone)' else '' end
         from intercom.intercom.companies
       union all select 'teammate ' || name || case when is_deleted then ' (gone)' else '' end
         from intercom.intercom.teammates
       order by 1`,
    );
    assert.deepEqual(
      rows,
      ["company acme Acme (gone)", "company globex Globex", "contact p1 ada@example.com", "teammate Grace (gone)"].map(
        (kept) => ({ kept }),
      ),
    );
  });

  it("put marts and what is below them in their own schemas", async () => {
    const rows = await readRows(
      duckdbPath,
      `select table_schema, count(*)::integer as tables from information_schema.tables
       where table_schema <> 'intercom_raw' group by all order by all`,
    );
    assert.deepEqual(rows, [
      { table_schema: "intercom", tables: marts.length },
      { table_schema: "intercom_builds", tables: 3 },
      { table_schema: "intercom_staging", tables: 132 },
    ]);
  });

  it("can be read in a copy of the file that has another name", async () => {
    const views =
      "select table_name as view from information_schema.views where table_schema = 'intercom' order by all";
    const copy = join(workFolder, "another-name.duckdb");
    await copyFile(duckdbPath, copy);
    const names = (await readRows(copy, views)).map((row) => (row as { view: string }).view);
    assert.ok(names.includes("conversation_metrics"), names.join(", "));
    for (const name of names) await readRows(copy, `select count(*) as rows from intercom.${name}`);
  });

  it("count all days again when the reporting time zone is another", async () => {
    // Of the same name: views name the file that they are in.
    const copyPath = join(workFolder, "another-time-zone", "intercom.duckdb");
    await mkdir(join(workFolder, "another-time-zone"));
    await copyFile(duckdbPath, copyPath);
    const vars = JSON.stringify({ reporting_time_zone: "America/Los_Angeles" });
    const selection = ["--select", "int_conversation_versions+,+support_daily", "--vars", vars];
    const run = await runDbt(["run", ...selection], workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: copyPath });
    assert.equal(run.exitCode, 0, run.output);
    // Every conversation of the workspace begins at midnight UTC, which is the evening before there.
    const rows = await readRows(
      copyPath,
      `select day::varchar as day, sum(created)::integer as created, sum(opened)::integer as opened, sum(backlog)::integer as backlog
       from intercom.intercom.support_daily group by all order by all limit 1`,
    );
    assert.deepEqual(rows, [{ day: "2025-12-31", created: 4, opened: 4, backlog: 3 }]);
  });

  it("build from tables without a row, into marts without a row or with a row that says so", async () => {
    const emptyPath = join(workFolder, "empty", "warehouse.duckdb");
    await mkdir(join(workFolder, "empty"));
    await makeRawWarehouse(emptyPath, {});
    const build = await runDbt(["build", "--exclude-resource-type", "unit_test"], workFolder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: emptyPath,
    });
    assert.equal(build.exitCode, 0, build.output);
    assert.match(build.output, /WARN=0 ERROR=0 SKIP=0/);
    for (const mart of marts) {
      const rows = await readRows(emptyPath, `select * from warehouse.intercom.${mart}`);
      assert.equal(rows.length, rowsWithoutData[mart] ?? 0, mart);
      for (const row of rows as readonly Readonly<Record<string, unknown>>[])
        if ("is_sufficient" in row) assert.equal(row["is_sufficient"], false, mart);
    }
  });
});
