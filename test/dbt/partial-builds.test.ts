import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { UpgradedWarehouse } from "./upgraded-warehouse.ts";

const turns = "models/intermediate/support/int_conversation_turns.sql";

/** Tests go on where the one before ended. */
describe("after an upgrade, builds of single models", () => {
  let warehouse: UpgradedWarehouse;

  before(async () => {
    warehouse = await UpgradedWarehouse.make();
  });

  after(() => warehouse.remove());

  /** An upgrade: turns are `longer` by so many seconds than they are. */
  async function upgrade(version: number, longer: number): Promise<void> {
    const { project } = warehouse;
    if (version === 2) await project.change(turns, "meta={'follows'", "meta={'logic_version': 2, 'follows'");
    else await project.change(turns, `'logic_version': ${version - 1}`, `'logic_version': ${version}`);
    const column = "{{ secs_between('happened_at', 'ended_at') }}";
    await project.change(turns, column, `${column} + ${longer}`);
  }

  it("do not pass off rows made of older rows as new", async () => {
    await upgrade(2, 7);
    assert.deepEqual(await warehouse.rebuiltModels(["--select", "int_conversation_facts"]), [
      "int_conversation_facts is built in full: its logic has changed.",
    ]);
    assert.deepEqual((await warehouse.rebuiltModels()).toSorted(), [
      "int_conversation_facts is built in full: its last full build was stopped, or had older rows to read.",
      "int_conversation_resolutions is built in full: its logic has changed.",
      "int_conversation_turns is built in full: its logic has changed.",
    ]);
    assert.deepEqual(await warehouse.differencesFromFullBuild(), []);
    assert.deepEqual(await warehouse.rebuiltModels(), []);
  });

  it("are enough when each comes after the models that it reads", async () => {
    await upgrade(3, 5);
    for (const model of ["int_conversation_turns", "int_conversation_resolutions", "int_conversation_facts"])
      assert.deepEqual(await warehouse.rebuiltModels(["--select", model]), [
        `${model} is built in full: its logic has changed.`,
      ]);
    assert.deepEqual(await warehouse.rebuiltModels(), []);
    assert.deepEqual(await warehouse.differencesFromFullBuild(), []);
  });

  it("with --empty leave nothing that counts as built", async () => {
    await upgrade(4, 3);
    await warehouse.buildEmpty();
    assert.ok((await warehouse.rebuiltModels()).length > 8);
    assert.deepEqual(await warehouse.differencesFromFullBuild(), []);
  });
});
