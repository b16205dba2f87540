import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { differencesBetween, differencesOfCopy, withoutTests } from "./built-copy.ts";
import { type DbtRun, runDbt } from "./command.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";
import { smallWorkspace } from "./small-workspace.ts";

const periods = ["+support_weekly", "+support_monthly", "+tag_daily", "+teammate_daily", "+company_monthly"];
const selection = ["--select", "+conversations", "+conversation_metrics", "+support_now", ...periods];
/** What an hourly build leaves out. */
const left = ["--exclude-resource-type", "unit_test", "--exclude", "tag:daily"];
/** The conversation that tests change. Another workspace has one of the same id. */
const isTheOne = "_workspace_id = 'w1' and id = '1'";
/** What no build of these rows changes: lists that no load brought again. */
const lists = ["stg_intercom__teams", "stg_intercom__tags", "stg_intercom__admins"];

/** Tests go on where the one before ended. */
describe("a build", () => {
  let workFolder: string;
  let duckdbPath: string;
  /** Whether the raw rows are other ones than those of the last full build. */
  let hasNewRows = true;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "unchanged-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeRawWarehouse(duckdbPath, smallWorkspace);
    const { built, unchanged } = modelsOf(await build());
    assert.ok(built.length > 50, `${built.length} models`);
    assert.deepEqual(unchanged, []);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("of the same rows leaves every model as it is, and asks no test again", async () => {
    const run = await dbt(["build", ...left, ...selection], duckdbPath, { isRecorded: true });
    assert.equal(run.exitCode, 0, run.output);
    assert.deepEqual(modelsOf(run).built, []);
    assert.ok(!(await statements()).some((sql) => /\bsound_rows\b|broken_check/.test(sql)), "a test was asked again");
  });

  it("after a load builds what the load changes, and the rows are those of a full build", async () => {
    await loadAgain("later", "state = 'closed'");
    const { built, unchanged } = modelsOf(await build());
    for (const model of [
      "stg_intercom__conversations",
      "int_conversation_facts",
      "int_conversation_metrics",
      "conversations",
    ])
      assert.ok(built.includes(model), `${model} was not built`);
    for (const model of lists) assert.ok(unchanged.includes(model), `${model} was built`);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("after a load of what is stored already builds no mart", async () => {
    await loadAgain("again", "state = 'closed'", { isNewer: false });
    const { built } = modelsOf(await build());
    assert.deepEqual(
      built.filter((model) => ["conversations", "int_conversation_metrics"].includes(model)),
      [],
    );
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("takes in a load that becomes complete later", async () => {
    await loadAgain("unfinished", "state = 'snoozed'", { status: "running" });
    assert.deepEqual(await states(), ["closed"]);
    await build();
    assert.deepEqual(await states(), ["closed"]);
    await change("update intercom_raw._loads set status = 'complete' where _load_id = 'unfinished'");
    await build();
    assert.deepEqual(await states(), ["snoozed"]);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("deletes the rows of what is gone", async () => {
    await change(`insert into intercom_raw.deleted_conversations by name
        select id, max(_fetched_at) + interval 1 hour as deleted_at, '{}' as payload, any_value(_workspace_id) as _workspace_id,
          'gone' as _load_id, max(_loaded_at) + interval 1 hour as _loaded_at, max(_fetched_at) + interval 1 hour as _fetched_at
        from intercom_raw.conversations where ${isTheOne} group by id`);
    await recordLoad("gone", "deleted_conversations", 1);
    const { built } = modelsOf(await build());
    assert.ok(built.includes("int_conversation_events"));
    assert.deepEqual(await states(), []);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("trusts nothing that a killed run left", async () => {
    await changeRecords(`insert into intercom_builds.builds (node, rows_version, recorded_in)
        select '*', 'begun', max(recorded_in) + 1 from intercom_builds.builds`);
    const { built } = modelsOf(await build());
    // A model that follows changes has none to take in.
    for (const model of [...lists, "int_conversation_versions"])
      assert.ok(built.includes(model), `${model} was not built`);
    assert.deepEqual(modelsOf(await build()).built, []);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("without the record of earlier builds builds everything, and says so", async () => {
    await changeRecords("drop schema intercom_builds cascade");
    const run = await build();
    assert.match(
      run.output,
      /int_conversation_events is built in full: nothing tells what has changed since its last build\./,
    );
    assert.deepEqual(modelsOf(run).unchanged, []);
    assert.deepEqual(modelsOf(await build()).built, []);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("builds everything after a full build of what it follows alone", async () => {
    await build(["--full-refresh"], ["--select", "int_conversation_versions"]);
    assert.match(
      (await build()).output,
      /int_conversation_events is built in full: int_conversation_versions was built in full\./,
    );
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("that skips a model takes in its changes later, and so do the models that read it", async () => {
    await loadAgain("skipping", "state = 'open'", { which: "true" });
    await build([], ["--select", "+int_conversation_versions", "int_conversation_turns", "int_conversation_facts"]);
    await build();
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("that fails a check fails it again until the rows are mended", async () => {
    await loadAgain("broken", "state = null");
    for (const turn of ["first", "second"]) {
      const { exitCode, output } = await dbt(["build", ...left, ...selection]);
      assert.equal(exitCode, 1, `${turn} build: ${output}`);
      assert.match(output, /^conversations: state is null \(\d+ rows\)\.$/m);
    }
    await loadAgain("mended", "state = 'open'");
    await build();
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  /** Stores another version of a conversation (or of those that `which` says), changed by an assignment. */
  async function loadAgain(
    load: string,
    assignment: string,
    { status = "complete", which = isTheOne, isNewer = true } = {},
  ): Promise<void> {
    const later = `+ interval ${isNewer ? 1 : 0} hour`;
    await change(`insert into intercom_raw.conversations by name
        select * replace (
          updated_at ${later} as updated_at, '${load}' as _load_id, _loaded_at + interval 1 hour as _loaded_at,
          _fetched_at ${later} as _fetched_at, ${assignment.replace(/^(\w+) = (.*)$/, "$2 as $1")}
        )
        from intercom_raw.conversations where ${which}
        qualify row_number() over (partition by _workspace_id, id order by updated_at desc, _fetched_at desc) = 1`);
    const [stored] = await readRows(
      duckdbPath,
      `select count(*) as rows from intercom_raw.conversations where _load_id = '${load}'`,
    );
    await recordLoad(load, "conversations", Number((stored as { rows: string }).rows), status);
  }

  function recordLoad(load: string, stream: string, rows: number, status = "complete"): Promise<void> {
    return change(`insert into intercom_raw._loads by name
        select * replace ('${load}' as _load_id, '${stream}' as stream, ${rows} as row_count, '${status}' as status)
        from intercom_raw._loads limit 1`);
  }

  async function states(): Promise<unknown[]> {
    const sql = "select state from intercom.conversations where workspace_id = 'w1' and conversation_id = '1'";
    return (await readRows(duckdbPath, sql)).map((row) => (row as { state: string }).state);
  }

  function change(sql: string): Promise<void> {
    hasNewRows = true;
    return changeRecords(sql);
  }

  /** Changes what builds have recorded, or anything else that is no raw row. */
  function changeRecords(sql: string): Promise<void> {
    return withDuckDb(duckdbPath, async (connection) => {
      await connection.run(sql);
    });
  }

  function dbt(flags: readonly string[], path = duckdbPath, options = {}): Promise<DbtRun> {
    return runDbt(flags, workFolder, { WAREHOUSE: "duckdb", DUCKDB_PATH: path }, options);
  }

  async function build(flags: readonly string[] = [], which = selection, path = duckdbPath): Promise<DbtRun> {
    const run = await dbt(["build", ...left, ...which, ...flags], path);
    assert.equal(run.exitCode, 0, run.output);
    return run;
  }

  async function statements(): Promise<string[]> {
    const log = await readFile(join(workFolder, "dbt.log"), "utf8");
    return log.split(/\n(?=\S*\d\d:\d\d:\d\d)/).filter((entry) => /: On (test|model)\./.test(entry));
  }

  /** A full build of rows that were built in full before would give the same again. */
  async function differencesFromFullBuild(): Promise<string[]> {
    const folder = join(workFolder, "full");
    if (!hasNewRows) return differencesBetween(duckdbPath, join(folder, basename(duckdbPath)));
    const differences = await differencesOfCopy(duckdbPath, folder, (path) => build(withoutTests, selection, path));
    hasNewRows = false;
    return differences;
  }
});

/** The models that a run built, and those that it left as they are, by its lines. */
function modelsOf({ output }: DbtRun): { built: string[]; unchanged: string[] } {
  const lines = [...output.matchAll(/OK created sql \w+ model \w+\.(\w+)\s[^\n]*\[(\w+)/g)];
  const named = (is: (result: string | undefined) => boolean) =>
    lines.filter(([, , result]) => is(result)).map(([, model]) => String(model));
  return { built: named((result) => result !== "UNCHANGED"), unchanged: named((result) => result === "UNCHANGED") };
}
