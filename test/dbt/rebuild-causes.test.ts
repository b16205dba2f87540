import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { differencesOfCopy } from "./built-copy.ts";
import { runDbt } from "./command.ts";
import { ProjectCopy } from "./project-copy.ts";
import { makeRawWarehouse, readRows } from "./raw-warehouse.ts";
import { smallWorkspace } from "./small-workspace.ts";

const selection = ["--select", "+product_feedback", "+int_account_events"];
const left = ["--exclude-resource-type", "unit_test", "test"];
const cause = "is built in full: what all its rows depend on has changed.";

/** Tests go on where the one before ended. */
describe("what all rows of a model depend on", () => {
  let workFolder: string;
  let duckdbPath: string;
  let project: ProjectCopy;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "causes-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    project = await ProjectCopy.make(join(workFolder, "project"));
    await makeRawWarehouse(duckdbPath, smallWorkspace);
    await build();
  });

  after(() => rm(workFolder, { recursive: true }));

  it("builds the model in full once, and what follows the same changes after it", async () => {
    await project.change(
      "seeds/topics.csv",
      "topic,kind,language,pattern\n",
      "topic,kind,language,pattern\nstuck,bug,en,hang*\n",
    );
    assert.deepEqual(rebuilt(await build()), [
      `int_account_conversations ${cause}`,
      `int_account_events ${cause}`,
      `int_feedback_matches ${cause}`,
      `product_feedback ${cause}`,
    ]);
    const sql = "select distinct quote from intercom.product_feedback where topic = 'stuck'";
    assert.deepEqual(await readRows(duckdbPath, sql), [{ quote: "The export hangs" }]);
    assert.deepEqual(rebuilt(await build()), []);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("may be a variable", async () => {
    const flags = ["--vars", "{churn_exclude_topics: [stuck]}"];
    assert.deepEqual(rebuilt(await build(flags)), [
      `int_account_conversations ${cause}`,
      `int_account_events ${cause}`,
      `product_feedback ${cause}`,
    ]);
    assert.deepEqual(rebuilt(await build(flags)), []);
    assert.deepEqual(await differencesFromFullBuild(flags), []);
    await build();
  });

  it("stays as it is after other changes, also of what it is made of", async () => {
    await changeConversations("again");
    const output = await build();
    assert.deepEqual(rebuilt(output), []);
    assert.match(output, /int_conversation_gaps .*UNCHANGED/);
    assert.match(output, /int_feedback_matches .*OK/);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("is read of a model that a run left out, also through a view, only until the next run", async () => {
    await changeConversations("The refund is late");
    await build([], ["--select", "+int_conversation_versions"]);
    await build([], ["--select", "int_feedback_matches"]);
    await build();
    const sql =
      "select count(*)::integer as messages from intercom.product_feedback where contains(quote, 'refund is late')";
    assert.notDeepEqual(await readRows(duckdbPath, sql), [{ messages: 0 }]);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  /** Stores another version of every conversation, with another opening message. */
  function changeConversations(words: string): Promise<void> {
    const load = words.replaceAll(" ", "_");
    return withDuckDb(duckdbPath, async (connection) => {
      await connection.run(`insert into intercom_raw.conversations by name
        select * replace (
          updated_at + interval 1 hour as updated_at, '${load}' as _load_id, _loaded_at + interval 1 hour as _loaded_at,
          _fetched_at + interval 1 hour as _fetched_at, '${words}' as body_text
        )
        from intercom_raw.conversations
        qualify row_number() over (partition by _workspace_id, id order by updated_at desc, _fetched_at desc) = 1`);
      await connection.run(`insert into intercom_raw._loads by name
        select * replace (
          '${load}' as _load_id, 'conversations' as stream, 'complete' as status,
          (select count(*) from intercom_raw.conversations where _load_id = '${load}') as row_count
        )
        from intercom_raw._loads limit 1`);
    });
  }

  async function build(flags: readonly string[] = [], which = selection, path = duckdbPath): Promise<string> {
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: path };
    const run = await runDbt(["build", ...project.flags, ...left, ...which, ...flags], workFolder, environment);
    assert.equal(run.exitCode, 0, run.output);
    return run.output;
  }

  function differencesFromFullBuild(flags: readonly string[] = []): Promise<string[]> {
    const folder = join(workFolder, "full");
    return differencesOfCopy(duckdbPath, folder, (path) => build([...flags, "--full-refresh"], selection, path));
  }
});

function rebuilt(output: string): string[] {
  return output
    .split("\n")
    .filter((line) => line.includes("is built in full:"))
    .toSorted();
}
