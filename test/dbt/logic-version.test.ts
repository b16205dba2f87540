import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { readRows } from "./raw-warehouse.ts";
import { UpgradedWarehouse } from "./upgraded-warehouse.ts";

const turns = "models/intermediate/support/int_conversation_turns.sql";
const teammates = "models/intermediate/support/int_conversation_teammates.sql";

/** Tests go on where the one before ended: a warehouse and a project that are upgraded. */
describe("the tables of an earlier version of the project", () => {
  let warehouse: UpgradedWarehouse;

  before(async () => {
    warehouse = await UpgradedWarehouse.make();
  });

  after(() => warehouse.remove());

  it("are built in full where the logic or the columns have changed, and below, and nowhere else", async () => {
    await warehouse.project.change(turns, "meta={'follows'", "meta={'logic_version': 2, 'follows'");
    await warehouse.project.change(
      turns,
      "{{ secs_between('happened_at', 'ended_at') }} as",
      "{{ secs_between('happened_at', 'ended_at') }} + 7 as",
    );
    await warehouse.project.change(
      teammates,
      "min(happened_at) as first_event_at,",
      "min(happened_at) as first_event_at,\n        count(*) as events_count,",
    );
    await warehouse.project.change(
      "models/intermediate/support/int_conversation_teammates.yml",
      "          - name: last_event_at",
      '          - name: events_count\n            description: "New."\n          - name: last_event_at',
    );
    assert.deepEqual((await warehouse.rebuiltModels()).toSorted(), [
      "int_conversation_facts is built in full: its logic has changed.",
      "int_conversation_resolutions is built in full: its logic has changed.",
      "int_conversation_teammates is built in full: its columns have changed.",
      "int_conversation_turns is built in full: its logic has changed.",
    ]);
    const seconds = await readRows(
      warehouse.duckdbPath,
      "select min(turn_seconds)::integer as seconds from intercom_staging.int_conversation_turns where ended_at is not null",
    );
    assert.deepEqual(seconds, [{ seconds: 17 }]);
    assert.deepEqual(await warehouse.differencesFromFullBuild(), []);
  });

  it("are built on again by the next build", async () => {
    assert.deepEqual(await warehouse.rebuiltModels(), []);
  });

  it("are built in full when they are older than logic versions, also with other columns", async () => {
    await withDuckDb(warehouse.duckdbPath, async (connection) => {
      await connection.run("drop table intercom_staging._model_versions");
      await connection.run("alter table intercom_staging.int_conversation_facts drop column built_from");
      await connection.run("alter table intercom_staging.int_conversation_events add column gone integer");
      // An earlier name of a model of today.
      await connection.run("create table intercom_staging.int_conversation_names as select 'Ann' as contact_names");
    });
    const rebuilt = await warehouse.rebuiltModels();
    assert.ok(rebuilt.length > 8, `${rebuilt.length} models`);
    for (const line of rebuilt) assert.match(line, /: its rows have no logic version yet\.$/);
    const former = "select table_name from duckdb_tables() where table_name = 'int_conversation_names'";
    assert.deepEqual(await readRows(warehouse.duckdbPath, former), [], "a table that no build brings up to date stays");
    assert.deepEqual(await warehouse.differencesFromFullBuild(), []);
    assert.deepEqual(await warehouse.rebuiltModels(), []);
  });
});
