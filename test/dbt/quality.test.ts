import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { runDbt } from "./command.ts";
import { insertRow, makeRawWarehouse, readRows } from "./raw-warehouse.ts";

/** 2026-01-01 00:00:00 UTC in epoch seconds. */
const start = 1_767_225_600;

const flagged = {
  monitor_id: 801,
  monitor_name: 'Complaints & "refunds"',
  monitor_type: "prompt",
  result: "flagged",
  explanation: "The customer asked twice.",
  evaluated_at: start + 600,
};
const reviewed = {
  scorecard_id: "901",
  scorecard_version_id: "902",
  name: "Standard review",
  scorecard_type: "human",
  passed: true,
  score: "0.85",
  ai_score: null,
  evaluated_at: start + 900,
  reviewed_teammate: { type: "admin", admin_id: 7 },
  evaluators: [
    {
      evaluator_id: "911",
      result: { value: "pass", source: "ai", reasoning: "Kind.", reason_ids: ["102", 101, null], other_text: null },
    },
    { evaluator_id: "912", result: null },
    { evaluator_id: "9", result: "none of it" },
    null,
    7,
  ],
};

function found(id: string, load: string, day: number, findings: Readonly<Record<string, unknown>>): RawRow {
  const at = `2026-01-0${day} 00:00:00`;
  const payload = { id, source: { type: "conversation", author: { type: "user", id: "p" } } };
  return {
    id,
    state: "open",
    created_at: "2026-01-01 00:00:00",
    updated_at: at,
    payload,
    ...findings,
    _workspace_id: "w",
    _load_id: load,
    _fetched_at: at,
    _loaded_at: at,
  };
}

function complete(load: string, day: number): RawRow {
  const at = `2026-01-0${day} 00:00:00`;
  return { _load_id: load, _workspace_id: "w", stream: "conversations", status: "complete", _loaded_at: at };
}

describe("what QA found in a conversation", () => {
  let workFolder: string;
  let duckdbPath: string;

  const build = async (...flags: readonly string[]): Promise<void> => {
    const marts = ["conversation_monitors", "conversation_scorecards", "conversation_scorecard_evaluators"];
    const selected = [
      "--select",
      ...marts.map((mart) => `+${mart}`),
      "--exclude-resource-type",
      "unit_test",
      "--indirect-selection",
      "cautious",
    ];
    const built = await runDbt(["build", ...selected, ...flags], workFolder, {
      WAREHOUSE: "duckdb",
      DUCKDB_PATH: duckdbPath,
    });
    assert.equal(built.exitCode, 0, built.output);
  };
  const rows = (mart: string, columns: string): Promise<unknown[]> =>
    readRows(duckdbPath, `select ${columns} from intercom.${mart} order by all`);

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "quality-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, {
      _loads: [complete("first", 2)],
      conversations: [
        found("kept", "first", 2, { monitor_evaluations: [flagged], scorecards: [reviewed] }),
        found("emptied", "first", 2, { monitor_evaluations: [flagged], scorecards: [reviewed] }),
        found("never", "first", 2, {}),
        found("odd", "first", 2, {
          monitor_evaluations: [null, 7, "text", {}, { monitor_id: null, result: "flagged", evaluated_at: "soon" }],
          scorecards: { scorecard_id: "901" },
        }),
        found("deleted", "first", 2, { monitor_evaluations: [flagged], scorecards: [reviewed] }),
        found("half", "unfinished", 2, { monitor_evaluations: [flagged], scorecards: [reviewed] }),
      ],
      deleted_conversations: [
        {
          id: "deleted",
          deleted_at: "2026-01-03 00:00:00",
          payload: { id: "deleted" },
          _workspace_id: "w",
          _load_id: "first",
          _fetched_at: "2026-01-03 00:00:00",
          _loaded_at: "2026-01-03 00:00:00",
        },
      ],
    });
    await build();
  });

  after(() => rm(workFolder, { recursive: true }));

  it("is a row of each evaluation, scorecard and evaluator; what is none is left out", async () => {
    assert.deepEqual(await rows("conversation_monitors", "* exclude (workspace_id)"), [
      ...["emptied", "kept"].map((conversation_id) => ({
        conversation_id,
        evaluation_number: "1",
        monitor_id: "801",
        monitor_name: 'Complaints & "refunds"',
        monitor_type: "prompt",
        result: "flagged",
        explanation: "The customer asked twice.",
        evaluated_at: "2026-01-01 00:10:00",
      })),
      {
        conversation_id: "odd",
        evaluation_number: "1",
        monitor_id: null,
        monitor_name: null,
        monitor_type: null,
        result: "flagged",
        explanation: null,
        evaluated_at: null,
      },
    ]);
    assert.deepEqual(
      await rows("conversation_scorecards", "* exclude (workspace_id)"),
      ["emptied", "kept"].map((conversation_id) => ({
        conversation_id,
        scorecard_number: "1",
        scorecard_id: "901",
        scorecard_version_id: "902",
        reviewed_teammate_id: "7",
        scorecard_name: "Standard review",
        scorecard_type: "human",
        reviewed_kind: "teammate",
        score: 0.85,
        ai_score: null,
        count_evaluators: "5",
        is_passed: true,
        evaluated_at: "2026-01-01 00:15:00",
      })),
    );
    const evaluators = "evaluator_number, evaluator_id, result_value, result_source, reasoning, reason_ids";
    const nothing = { result_value: null, result_source: null, reasoning: null, reason_ids: [] };
    assert.deepEqual(
      await readRows(
        duckdbPath,
        `select ${evaluators} from intercom.conversation_scorecard_evaluators where conversation_id = 'kept' order by 1`,
      ),
      [
        { evaluator_number: "1", evaluator_id: "9", ...nothing },
        {
          evaluator_number: "2",
          evaluator_id: "911",
          result_value: "pass",
          result_source: "ai",
          reasoning: "Kind.",
          reason_ids: ["101", "102"],
        },
        { evaluator_number: "3", evaluator_id: "912", ...nothing },
      ],
    );
  });

  it("stays when a later retrieval brings none, goes with an empty list, and does not come back with a late load", async () => {
    await withDuckDb(duckdbPath, async (connection) => {
      const later: readonly RawRow[] = [
        found("kept", "second", 4, {}),
        found("emptied", "second", 4, { monitor_evaluations: [], scorecards: null }),
        // It was fetched before, and loaded after.
        {
          ...found("kept", "second", 1, { monitor_evaluations: [flagged, flagged], scorecards: [] }),
          _loaded_at: "2026-01-04 00:00:00",
        },
        found("never", "second", 4, { monitor_evaluations: null, scorecards: [{ ...reviewed, score: true }] }),
      ];
      await insertRow(connection, "_loads", complete("second", 4));
      for (const row of later) await insertRow(connection, "conversations", row);
    });
    await build();
    const monitors = await rows("conversation_monitors", "conversation_id, evaluation_number, monitor_id");
    const scorecards = await rows("conversation_scorecards", "conversation_id, scorecard_id, score");
    assert.deepEqual(monitors, [
      { conversation_id: "kept", evaluation_number: "1", monitor_id: "801" },
      { conversation_id: "odd", evaluation_number: "1", monitor_id: null },
    ]);
    assert.deepEqual(scorecards, [
      { conversation_id: "emptied", scorecard_id: "901", score: 0.85 },
      { conversation_id: "kept", scorecard_id: "901", score: 0.85 },
      { conversation_id: "never", scorecard_id: "901", score: null },
    ]);
    await build("--full-refresh");
    assert.deepEqual(await rows("conversation_monitors", "conversation_id, evaluation_number, monitor_id"), monitors);
    assert.deepEqual(await rows("conversation_scorecards", "conversation_id, scorecard_id, score"), scorecards);
  });
});
