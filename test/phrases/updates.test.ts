import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { differencesOfCopy, withoutTests } from "../dbt/built-copy.ts";
import { runDbt } from "../dbt/command.ts";
import { readRows } from "../dbt/raw-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";
import { addMessages, buildPhrases, type Message, makeDesk, phraseModels, phrasesOf } from "./desk.ts";

const secret = "nobody else may read this";

/** Tests go on where the one before ended. */
describe("phrases after an update", () => {
  let workFolder: string;
  let duckdbPath: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "phrases-"));
    duckdbPath = join(workFolder, "warehouse.duckdb");
    await makeDesk(duckdbPath, [
      ...times(12, (index) => ({ text: `The lantern flickers. ${secret}`, day: index })),
      ...times(12, (index) => ({ text: "The pulley is stuck", day: index, rating: 1 + (index % 5) })),
      ...times(12, (index) => ({ text: "Ask Ottoline of the drawer", day: index })),
    ]);
    await buildPhrases(duckdbPath);
  });

  after(() => rm(workFolder, { recursive: true }));

  it("of nothing new are left as they are", async () => {
    const lines = (await buildPhrases(duckdbPath)).split("\n");
    const built = lines.filter((line) => /OK created.*(phrase|theme|personal)/.test(line));
    assert.ok(built.length >= 10, `${built.length} models`);
    assert.deepEqual(
      built.filter((line) => !line.includes("UNCHANGED")),
      [],
    );
  });

  it("have what a load changed and brought, and are those of a full build", async () => {
    await addMessages(
      duckdbPath,
      times(3, (index) => ({ text: "The hinge squeaks", day: 13 + index })),
      {
        loadId: "later",
        firstId: 1,
      },
    );
    await addMessages(
      duckdbPath,
      times(6, (index) => ({ text: "The hinge squeaks", day: 20 + index })),
      {
        loadId: "latest",
        firstId: 100,
      },
    );
    await buildPhrases(duckdbPath);
    const rows = await readRows(
      duckdbPath,
      "select phrase, conversations::integer as conversations from intercom.feedback_phrases where phrase in ('hinge squeaks', 'lantern flickers') order by 1",
    );
    assert.deepEqual(rows, [
      { phrase: "hinge squeaks", conversations: 9 },
      { phrase: "lantern flickers", conversations: 9 },
    ]);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("are without a name from when the workspace knows it", async () => {
    const named = async (): Promise<readonly string[]> =>
      (await phrasesOf(duckdbPath)).filter((phrase) => phrase.includes("ottoline"));
    assert.notDeepEqual(await named(), []);
    await withDuckDb(duckdbPath, (connection) =>
      connection.run(
        `insert into intercom_raw.contacts by name
         select 'o' as id, '{"id": "o", "name": "Ottoline"}' as payload, _workspace_id, _load_id, _fetched_at, _loaded_at
         from intercom_raw.conversations where _load_id = 'latest' limit 1`,
      ),
    );
    await buildPhrases(duckdbPath);
    assert.deepEqual(await named(), []);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("follow the list of topics", async () => {
    const topics = "(select 'drawer' as topic, 'bug' as kind, 'en' as language, 'drawer' as pattern)";
    await buildPhrases(duckdbPath, { topics_relation: topics });
    const rows = await readRows(
      duckdbPath,
      "select count(*)::integer as themes from intercom.feedback_themes where quote like '%drawer%'",
    );
    assert.deepEqual(rows, [{ themes: 0 }]);
    await buildPhrases(duckdbPath);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  it("have nothing of a conversation that is gone, neither counted nor quoted", async () => {
    await withDuckDb(duckdbPath, async (connection) => {
      await connection.run(
        `insert into intercom_raw.deleted_conversations by name
         select distinct id, max(_fetched_at) over () + interval 1 hour as deleted_at, '{}' as payload, _workspace_id,
           'deletions' as _load_id, max(_loaded_at) over () + interval 1 hour as _loaded_at, max(_fetched_at) over () + interval 1 hour as _fetched_at
         from intercom_raw.conversations where body_text like '%${secret}%'`,
      );
      await connection.run(
        `insert into intercom_raw._loads by name
         select 'deletions' as _load_id, 'w' as _workspace_id, 'deleted_conversations' as stream, 'complete' as status, count(*) as row_count,
           max(_loaded_at) as _loaded_at
         from intercom_raw.deleted_conversations`,
      );
    });
    await buildPhrases(duckdbPath);
    assert.deepEqual(
      (await phrasesOf(duckdbPath)).filter((phrase) => phrase.includes("lantern")),
      [],
    );
    const quoted = await readRows(
      duckdbPath,
      `select quotes::varchar as quote from intercom.feedback_phrases where quotes::varchar like '%${secret}%'
       union all select quote from intercom.feedback_themes where quote like '%${secret}%'
       union all select sentence from intercom_staging.int_feedback_phrases where sentence like '%${secret}%'`,
    );
    assert.deepEqual(quoted, []);
    assert.deepEqual(await differencesFromFullBuild(), []);
  });

  function differencesFromFullBuild(): Promise<string[]> {
    return differencesOfCopy(duckdbPath, join(workFolder, "full"), async (path) => {
      const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: path };
      const run = await runDbt(["build", ...phraseModels, ...withoutTests], workFolder, environment);
      assert.equal(run.exitCode, 0, run.output);
    });
  }
});

function times(count: number, make: (index: number) => Message): Message[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
