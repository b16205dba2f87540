import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { DuckDBInstance } from "@duckdb/node-api";
import { bigQueryAt, runDbt } from "../dbt/command.ts";
import { GoogleSqlAnalyzer, googleSqlTypes } from "../dbt/googlesql.ts";

const { STRING, INT64, TIMESTAMP } = googleSqlTypes;
const queries = [
  "topic_totals()",
  "topic_counts()",
  "topic_overlaps()",
  "topic_examples(3)",
  "phrases_without_topic(3)",
];

/** What a build makes, of six messages: two with a topic, three that ask for the same thing, one of other words. */
const built = `
create schema intercom_staging;
create table intercom_staging.topics (topic varchar, kind varchar, language varchar, pattern varchar);
insert into intercom_staging.topics values
    ('invoice', 'question', 'en', 'invoice*'), ('billing', 'question', 'en', 'invoice*'), ('api', 'question', 'en', 'api');
create table intercom_staging.int_conversation_messages as
select 'w' as workspace_id, id as conversation_id, id as message_id, 'customer' as author_kind, body, timestamp '2026-01-01' as sent_at
from (values
    ('1', 'Where is our invoice?'), ('2', 'An invoice please'), ('3', 'a purple elephant'), ('4', 'one purple elephant'),
    ('5', 'purple elephant now'), ('6', 'hello')
) as messages (id, body);
create table intercom_staging.int_feedback_sentences as
select workspace_id, conversation_id, message_id, 1 as sentence_number,
    ' ' || trim(lower(replace(body, '?', ''))) || ' ' as words
from intercom_staging.int_conversation_messages;
create table intercom_staging.int_feedback_matches as
select workspace_id, conversation_id, message_id, topic, 'question' as kind, body as quote, sent_at
from intercom_staging.int_conversation_messages cross join (values ('invoice'), ('billing')) as topics (topic)
where body ilike '%invoice%';
`;

describe("make topics", () => {
  let workFolder: string;

  before(async () => {
    workFolder = await mkdtemp(join(tmpdir(), "print-topics-"));
  });

  after(() => rm(workFolder, { recursive: true }));

  async function printed(name: string, ...flags: readonly string[]): Promise<string> {
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, name) };
    const run = await runDbt(["--quiet", "run-operation", "print_topics", ...flags], workFolder, environment);
    assert.equal(run.exitCode, 0, run.output);
    return run.output.trim();
  }

  it("says what each topic finds, what it shares with others, and what no topic covers", async () => {
    const instance = await DuckDBInstance.create(join(workFolder, "built.duckdb"));
    const connection = await instance.connect();
    await connection.run(built);
    connection.closeSync();
    instance.closeSync();
    assert.equal(
      await printed("built.duckdb", "--args", "{examples: 1}"),
      `
6 messages of customers, the newest: 33.3 % have a topic, 66.7 % (4) have none.

billing (question): 2 messages, 33.3 %
  also about:     invoice 100.0 %
  for example:    An invoice please

invoice (question): 2 messages, 33.3 %
  also about:     billing 100.0 %
  for example:    An invoice please

No message is about: api

In messages without a topic, and near no topic: purple elephant (3)
`.trim(),
    );
  });

  it("says what to do where nothing has been built", async () => {
    assert.equal(await printed("empty.duckdb"), "There are no topics to show yet: run make build first.");
  });

  it("asks BigQuery in GoogleSQL", async () => {
    const inline = queries.map((query) => `with {{ looked_at_steps(20000) }} {{ ${query} }}`).join("\n;\n");
    const compiled = await runDbt(
      ["--quiet", "compile", "--no-populate-cache", "--no-introspect", "--inline", inline],
      workFolder,
      bigQueryAt(),
    );
    assert.equal(compiled.exitCode, 0, compiled.output);
    const message = ["workspace_id", "conversation_id", "message_id"].map((name) => ({ name, type: STRING }));
    const sentAt = { name: "sent_at", type: TIMESTAMP };
    const texts = (...names: readonly string[]) => names.map((name) => ({ name, type: STRING }));
    const tables = [
      { name: "int_conversation_messages", columns: [...message, ...texts("author_kind", "body"), sentAt] },
      { name: "int_feedback_matches", columns: [...message, ...texts("topic", "kind", "quote"), sentAt] },
      {
        name: "int_feedback_sentences",
        columns: [...message, { name: "sentence_number", type: INT64 }, ...texts("words")],
      },
      { name: "topics", columns: texts("topic", "kind", "language", "pattern") },
    ].map(({ name, columns }) => ({ name: `test.marts_staging.${name}`, columns }));
    const statements = compiled.output.slice(compiled.output.indexOf("with ")).split("\n;\n");
    assert.equal(statements.length, queries.length);
    const analyzer = await GoogleSqlAnalyzer.start();
    try {
      for (const statement of statements) await analyzer.analyze(statement, tables);
    } finally {
      analyzer.stop();
    }
  });
});
