import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { differingTables } from "../checker/same-tables.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { runDbt } from "./command.ts";
import { ProjectCopy } from "./project-copy.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";
import { smallWorkspace } from "./small-workspace.ts";

const selection = ["--select", "+int_conversation_facts", "+int_conversation_teammates"];
const turns = "models/intermediate/support/int_conversation_turns.sql";
const teammates = "models/intermediate/support/int_conversation_teammates.sql";
const schemas = ["intercom", "intercom_staging"];

/** Tests go on where the one before ended: a warehouse and a project that are upgraded. */
describe("the tables of an earlier version of the project", () => {
  let workFolder: string;
  let duckdbPath: string;
  let project: ProjectCopy;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "upgrade-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    project = await ProjectCopy.make(join(workFolder, "project"));
    await makeRawWarehouse(duckdbPath, smallWorkspace);
    assert.deepEqual(await rebuiltModels(), []);
  });

  after(() => rm(workFolder, { recursive: true }));

  /** Builds by increments, and gives what dbt says of models that it builds in full. */
  async function rebuiltModels(path = duckdbPath, flags: readonly string[] = []): Promise<string[]> {
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: path };
    const run = await runDbt(["run", ...project.flags, ...selection, ...flags], workFolder, environment);
    assert.equal(run.exitCode, 0, run.output);
    return run.output.split("\n").filter((line) => line.includes("is built in full:"));
  }

  /** What is in other tables than a full build would give. */
  async function differencesFromFullBuild(): Promise<string[]> {
    // Of the same name: views name the file that they are in.
    const fullPath = join(workFolder, "full", "warehouse.duckdb");
    await mkdir(join(workFolder, "full"), { recursive: true });
    await copyFile(duckdbPath, fullPath);
    await rebuiltModels(fullPath, ["--full-refresh"]);
    const otherPath = join(workFolder, "full.duckdb");
    await copyFile(fullPath, otherPath);
    return withDuckDb(duckdbPath, (connection) => differingTables(connection, otherPath, schemas));
  }

  it("are built in full where the logic or the columns have changed, and below, and nowhere else", async () => {
    await project.change(turns, "    unique_key=", "    meta={'logic_version': 2},\n    unique_key=");
    await project.change(
      turns,
      "{{ secs_between('happened_at', 'ended_at') }} as",
      "{{ secs_between('happened_at', 'ended_at') }} + 7 as",
    );
    await project.change(
      teammates,
      "min(happened_at) as first_event_at,",
      "min(happened_at) as first_event_at,\n        count(*) as events_count,",
    );
    await project.change(
      "models/intermediate/support/int_conversation_teammates.yml",
      "          - name: last_event_at",
      '          - name: events_count\n            description: "New."\n          - name: last_event_at',
    );
    assert.deepEqual((await rebuiltModels()).toSorted(), [
      "int_conversation_facts is built in full: its logic has changed.",
      "int_conversation_teammates is built in full: its columns have changed.",
      "int_conversation_turns is built in full: its logic has changed.",
    ]);
    const seconds = await readRows(
      duckdbPath,
      "select min(turn_seconds)::integer as seconds from intercom_staging.int_conversation_turns where ended_at is not null",
    );
    assert.deepEqual(seconds, [{ seconds: 17 }]);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("are built on again by the next build", async () => {
    assert.deepEqual(await rebuiltModels(), []);
  });

  it("are built in full when they are older than logic versions, also with other columns", async () => {
    await withDuckDb(duckdbPath, async (connection) => {
      await connection.run("drop table intercom_staging._model_versions");
      await connection.run("alter table intercom_staging.int_conversation_facts drop column built_from");
      await connection.run("alter table intercom_staging.int_conversation_events add column gone integer");
    });
    const rebuilt = await rebuiltModels();
    assert.ok(rebuilt.length > 8, `${rebuilt.length} models`);
    for (const line of rebuilt) assert.match(line, /: its rows have no logic version yet\.$/);
    assert.deepEqual(await differencesFromFullBuild(), []);
    assert.deepEqual(await rebuiltModels(), []);
  });
});
