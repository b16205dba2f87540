import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { runDbt } from "./dbt-command.ts";
import { ownHoursTeam, type Schedule, type Timeline, timelines } from "./office-hours-timelines.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";

// Each timeline is a workspace of its own in one warehouse.
describe("the office seconds of a first reply", () => {
  let workFolder: string;
  let rows: unknown[];

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "office-hours-"));
    const duckdbPath = join(workFolder, "hours.duckdb");
    await makeRawWarehouse(duckdbPath, {
      _loads: [
        {
          _load_id: "load",
          _workspace_id: "w",
          stream: "conversations",
          status: "complete",
          _loaded_at: "2026-12-01 00:00:00",
        },
      ],
      conversations: timelines.map(conversation),
      conversation_parts: timelines.map(reply),
      office_hours_schedules: timelines.flatMap((timeline, index) =>
        timeline.schedules.map((schedule) => officeHours(schedule, workspaceOf(index))),
      ),
    });
    const vars = JSON.stringify({ office_hours_of_teams: { [ownHoursTeam]: "2" } });
    const run = await runDbt(["run", "--select", "+conversation_metrics", "--vars", vars], workFolder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: duckdbPath,
    });
    assert.equal(run.exitCode, 0, run.output);
    rows = await readRows(
      duckdbPath,
      `select workspace_id, time_to_first_reply_seconds::integer as calendar_seconds,
         time_to_first_reply_office_seconds::integer as office_seconds
       from intercom.conversation_metrics`,
    );
  });

  after(() => rm(workFolder, { recursive: true }));

  for (const [index, timeline] of timelines.entries()) {
    it(timeline.rule, () => {
      const row = rows.find((each) => Object(each).workspace_id === workspaceOf(index));
      assert.deepEqual(row, {
        workspace_id: workspaceOf(index),
        calendar_seconds: (Date.parse(`${timeline.answered}Z`) - Date.parse(`${timeline.wrote}Z`)) / 1000,
        office_seconds: timeline.officeSeconds,
      });
    });
  }
});

function workspaceOf(index: number): string {
  return `w${index}`;
}

function provenance(workspace: string, fetchedAt: string): RawRow {
  return { _workspace_id: workspace, _load_id: "load", _fetched_at: fetchedAt, _loaded_at: fetchedAt };
}

function conversation({ wrote, answered, teamId }: Timeline, index: number): RawRow {
  return {
    id: "1",
    state: "open",
    created_at: wrote,
    updated_at: answered,
    body_text: "Hello?",
    payload: {
      source: { type: "conversation", delivered_as: "customer_initiated", author: { type: "user", id: "5" } },
      team_assignee_id: teamId ?? null,
    },
    ...provenance(workspaceOf(index), "2026-12-01 00:00:00"),
  };
}

function reply({ answered }: Timeline, index: number): RawRow {
  return {
    id: "2",
    conversation_id: "1",
    part_type: "comment",
    created_at: answered,
    updated_at: answered,
    body_text: "Hello!",
    payload: { author: { type: "admin", id: "7" } },
    ...provenance(workspaceOf(index), "2026-12-01 00:00:00"),
  };
}

function officeHours(
  { id = "1", zone, spans, isAlwaysOpen, exceptions, changedAt }: Schedule,
  workspace: string,
): RawRow {
  const changed = changedAt ?? "2020-01-01 00:00:00";
  return {
    id,
    updated_at: changed,
    payload: {
      id,
      time_zone_name: zone,
      time_intervals: (spans ?? []).map(([from, to]) => ({ start_minute: from, end_minute: to })),
      twenty_four_seven: isAlwaysOpen ?? false,
      office_hours_exceptions: exceptions ?? [],
    },
    ...provenance(workspace, changedAt === undefined ? "2021-01-01 00:00:00" : "2026-06-01 00:00:00"),
  };
}
