import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { runDbt } from "./command.ts";
import { timelinesWithChanges } from "./office-hours-changes.ts";
import { oddTimelines } from "./office-hours-odd.ts";
import { type Schedule, type Timeline, weekdays } from "./office-hours-timeline.ts";
import { ownHoursTeam, timelines as timelinesWithoutChanges } from "./office-hours-timelines.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";

const timelines = [...timelinesWithoutChanges, ...timelinesWithChanges, ...oddTimelines];

// Each timeline is a workspace of its own in one warehouse; in one more a customer waits since January, and what is older than
// everything else there arrives only after the first build.
describe("the office seconds of a first reply", () => {
  let workFolder: string;
  let rows: unknown[];
  let health: unknown[];
  let rowsAfterBackfill: unknown[];

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "office-hours-"));
    const duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, {
      _loads: [...timelines.map((_, index) => completeLoad("load", workspaceOf(index)))],
      conversations: [...timelines.map(conversation), waitingConversation("1", "load"), oldConversation],
      conversation_parts: timelines.map(reply),
      office_hours_schedules: [
        ...timelines.flatMap((timeline, index) =>
          timeline.schedules.flatMap((schedule) => officeHours(schedule, workspaceOf(index))),
        ),
        ...officeHours(hoursOfWaiting, waiting),
      ],
    });
    await buildMetrics(duckdbPath, workFolder);
    rows = await readRows(duckdbPath, measured);
    health = await readRows(
      duckdbPath,
      "select workspace_id, unknown_time_zones, ignored_office_hours from intercom.sync_health",
    );
    await storeOldLoad(duckdbPath);
    await buildMetrics(duckdbPath, workFolder);
    rowsAfterBackfill = await readRows(duckdbPath, measured);
  });

  after(() => rm(workFolder, { recursive: true }));

  for (const [index, timeline] of timelines.entries()) {
    it(timeline.rule, () => {
      const row = rows.find((each) => Object(each).workspace_id === workspaceOf(index));
      assert.deepEqual(row, {
        workspace_id: workspaceOf(index),
        conversation_id: "1",
        calendar_seconds: (Date.parse(`${timeline.answered}Z`) - Date.parse(`${timeline.wrote}Z`)) / 1000,
        office_seconds: timeline.officeSeconds,
        open_wait_office_seconds: null,
      });
    });
  }

  for (const [index, { rule, unknownZones, ignored }] of timelines.entries()) {
    it(`says what of the schedules is not understood: ${rule}`, () => {
      const row = health.find((each) => Object(each).workspace_id === workspaceOf(index));
      assert.deepEqual(row, {
        workspace_id: workspaceOf(index),
        unknown_time_zones: unknownZones ?? null,
        ignored_office_hours: ignored ?? null,
      });
    });
  }

  it("counts who waits in office hours too", () => {
    const row = rows.find((each) => Object(each).workspace_id === waiting);
    assert.equal(Object(row).open_wait_office_seconds, officeSecondsOfWaiting);
  });

  it("is what it was when older conversations come in later", () => {
    const older = (row: unknown): boolean => Object(row).conversation_id === oldConversation["id"];
    assert.deepEqual(
      rowsAfterBackfill.filter((row) => !older(row)),
      rows,
    );
    assert.equal(rowsAfterBackfill.filter(older).length, 1);
  });
});

const waiting = "waiting";
const hoursOfWaiting: Schedule = {
  zone: "UTC",
  spans: weekdays(9, 17),
};
/** By hand: Wednesday, 28 January 2026, 9:00 to the end of Monday, 30 November: 3 + 43 × 5 + 1 days of 8 hours. */
const officeSecondsOfWaiting = 219 * 8 * 3600;
const oldLoad = "back-fill";
const oldConversation: RawRow = { ...waitingConversation("older", oldLoad), created_at: "2025-06-02 09:00:00" };

const measured = `
  select workspace_id, conversation_id, time_to_first_reply_seconds::integer as calendar_seconds,
    time_to_first_reply_office_seconds::integer as office_seconds,
    open_wait_office_seconds::integer as open_wait_office_seconds
  from intercom.conversation_metrics order by 1, 2`;

async function buildMetrics(duckdbPath: string, workFolder: string): Promise<void> {
  const vars = JSON.stringify({ office_hours_of_teams: { [ownHoursTeam]: "2" } });
  const run = await runDbt(["run", "--select", "+sync_health", "+conversation_metrics", "--vars", vars], workFolder, {
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: duckdbPath,
  });
  assert.equal(run.exitCode, 0, run.output);
}

function completeLoad(load: string, workspace: string): RawRow {
  return {
    _load_id: load,
    _workspace_id: workspace,
    stream: "conversations",
    status: "complete",
    _loaded_at: "2026-12-01 00:00:00",
  };
}

/** Rows of the load count only from now on. */
async function storeOldLoad(duckdbPath: string): Promise<void> {
  const instance = await DuckDBInstance.create(duckdbPath);
  const connection = await instance.connect();
  await connection.run(
    `insert into intercom_raw._loads (_load_id, _workspace_id, stream, status, _loaded_at)
     values ($1, $2, 'conversations', 'complete', timestamp '2026-12-02')`,
    [oldLoad, waiting],
  );
  connection.closeSync();
  instance.closeSync();
}

function waitingConversation(id: string, load: string): RawRow {
  const wrote = "2026-01-28 09:00:00";
  const row = conversation({ rule: "", schedules: [], wrote, answered: wrote, officeSeconds: 0 }, 0);
  return { ...row, id, _workspace_id: waiting, _load_id: load };
}

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

/** The rows that the loader appends: one per version, and a tombstone when the schedule is gone. */
function officeHours(
  { id = "1", zone, spans, intervals, isAlwaysOpen, exceptions, changedAt, seenAt, goneAt }: Schedule,
  workspace: string,
): RawRow[] {
  const version: RawRow = {
    id,
    updated_at: changedAt ?? "2020-01-01 00:00:00",
    payload: {
      id,
      time_zone_name: zone,
      time_intervals: intervals ?? (spans ?? []).map(([from, to]) => ({ start_minute: from, end_minute: to })),
      twenty_four_seven: isAlwaysOpen ?? false,
      office_hours_exceptions: exceptions ?? [],
    },
    ...provenance(workspace, seenAt ?? (changedAt === undefined ? "2021-01-01 00:00:00" : "2026-06-01 00:00:00")),
  };
  if (goneAt === undefined) return [version];
  return [version, { id, payload: { id, deleted: true }, ...provenance(workspace, goneAt) }];
}
