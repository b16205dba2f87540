import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { temporaryFolder } from "../../tools/folder.ts";
import { answersIn, type Found } from "./answers.ts";
import { recordBuilds } from "./statements.ts";

const selected = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"];
const found = (build: number): Found => ({
  now: 1_782_842_400,
  months: build === 0 ? [] : ["2026-06"],
  changes: build,
  rawTables: ["conversations", "conversation_parts", "_loads"].map((name) => ({ name, rows: 10 + build })),
  versionOf: () => String(build),
  losesRows: () => false,
});

it("an update reads the new rows of others that follow the same changes, and loads as constants", async (context: TestContext) => {
  const readers = ["+int_conversation_turns", "+int_conversation_spells"];
  const answers = [answersIn(found(0)), answersIn(found(1))] as const;
  const { first, following } = await recordBuilds(
    temporaryFolder(context),
    [...selected, "--select", ...readers],
    answers,
  );
  const namedBy = (statements: typeof first, model: string): readonly string[] =>
    statements
      .filter(({ name }) => name === model)
      .flatMap(({ work }) => work.reads.map(({ table }) => table.split(".").at(-1) ?? ""));
  const events = "int_conversation_events";
  const [later = []] = following;
  for (const model of ["int_conversation_turns", "int_conversation_spells"]) {
    assert.ok(namedBy(first, model).includes(events), model);
    assert.ok(!namedBy(later, model).includes(events), model);
    assert.ok(
      namedBy(later, model).some((table) => table.startsWith(`${events}__dbt_tmp`)),
      model,
    );
  }
  assert.ok(namedBy(first, "stg_intercom__conversations").includes("_loads"));
  assert.ok(!namedBy(later, "stg_intercom__conversations").includes("_loads"));
});
