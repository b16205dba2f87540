import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { runDbt } from "../dbt/command.ts";
import { repository } from "../tools/repository.ts";

/** What every desk is asked, and the topics of the list that say so: any of them counts. */
export const subjects: Readonly<Record<string, readonly string[]>> = {
  invoice: ["invoice"],
  "payment problem": ["payment problem"],
  refund: ["refund"],
  cancellation: ["cancellation"],
  "account deletion": ["account deletion"],
  login: ["login"],
  "sign-up": ["sign-up", "account creation"],
  "account data": ["account data"],
  "talk to a human": ["talk to a human", "contact support"],
  "complaint about support": ["complaint about support", "slow support"],
  notifications: ["notifications"],
  praise: ["praise for the product", "praise for support"],
};

/** A sentence, with the subjects or topics that it is about. */
export type Labelled = { readonly text: string; readonly about: readonly string[]; readonly written: string };
/** Of sentences about a subject, those that were found and missed; of others, those that were found by mistake. */
export type Score = { readonly found: number; readonly missed: number; readonly wrong: number };

// The project's own SQL, from messages to topics.
const matching = `
with

messages as (
    select
        'w' as workspace_id,
        text_id as conversation_id,
        text_id as message_id,
        timestamp '2026-01-01' as sent_at,
        'customer' as author_kind,
        text as body,
    from labelled
),

{{ sentence_steps('messages') }},

{{ phrase_steps('listed_topics') }},

{{ match_steps() }}

select distinct
    message_id::integer as place,
    topic,
from matches
`;

/** Finds the topics of seeds/topics.csv in texts, without building anything. Call `close` at the end. */
export class TopicFinder {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #sql: string;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, sql: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#sql = sql;
  }

  static async open(): Promise<TopicFinder> {
    const sql = await compiledMatching();
    const instance = await DuckDBInstance.create();
    const connection = await instance.connect();
    const list = literal(join(repository, "seeds/topics.csv"));
    await connection.run(
      `create table listed_topics as select * from read_csv(${list}, header = true, all_varchar = true)`,
    );
    await connection.run("create table labelled (text_id varchar, text varchar)");
    return new TopicFinder(instance, connection, sql);
  }

  /** The topics of each text, in the order of the texts. */
  async topicsOf(texts: readonly string[]): Promise<readonly ReadonlySet<string>[]> {
    await this.#connection.run("delete from labelled");
    const pieces = `from_json($1::json, '["varchar"]')`;
    await this.#connection.run(
      `insert into labelled select generate_subscripts(${pieces}, 1)::varchar, unnest(${pieces})`,
      [JSON.stringify(texts)],
    );
    const answer = await this.#connection.runAndReadAll(this.#sql);
    const topics = texts.map(() => new Set<string>());
    for (const { place, topic } of answer.getRowObjectsJson()) topics[Number(place) - 1]?.add(String(topic));
    return topics;
  }

  /** The rows of a CSV file with the columns `text`, and those named here. */
  async rowsOf(path: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const answer = await this.#connection.runAndReadAll(
      `select * from read_csv(${literal(path)}, header = true, all_varchar = true, quote = '"', delim = ',')`,
    );
    const texts = (row: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? "")]));
    return answer.getRowObjectsJson().map(texts);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** How well the names (a topic, or several that count as one) were found in sentences that are about `label`. */
export function scoreOf(
  label: string,
  names: readonly string[],
  sentences: readonly Labelled[],
  topics: readonly ReadonlySet<string>[],
): Score {
  let [found, missed, wrong] = [0, 0, 0];
  for (const [place, { about }] of sentences.entries()) {
    const isFound = names.some((name) => topics[place]?.has(name));
    if (about.includes(label)) isFound ? found++ : missed++;
    else if (isFound) wrong++;
  }
  return { found, missed, wrong };
}

/** Of the sentences about a subject, the share that was found; null without such sentences. */
export function recallOf({ found, missed }: Score): number | null {
  return found + missed === 0 ? null : found / (found + missed);
}

/** Of the sentences that were found, the share that is about the subject; null where nothing was found. */
export function precisionOf({ found, wrong }: Score): number | null {
  return found + wrong === 0 ? null : found / (found + wrong);
}

async function compiledMatching(): Promise<string> {
  const workFolder = await mkdtemp(join(tmpdir(), "topics-"));
  try {
    const inline = ["--no-populate-cache", "--no-introspect", "--inline", matching];
    const environment = { WAREHOUSE: "duckdb", DUCKDB_PATH: join(workFolder, "warehouse.duckdb") };
    const compiled = await runDbt(["--quiet", "compile", ...inline], workFolder, environment);
    if (compiled.exitCode !== 0) throw new Error(`dbt did not compile the matching:\n${compiled.output}`);
    return compiled.output.slice(compiled.output.indexOf("with\n"));
  } finally {
    await rm(workFolder, { recursive: true });
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
