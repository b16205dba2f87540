import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { RawRow } from "../../loader/load/raw-tables.ts";
import { runDbt, varsFlags } from "../dbt/command.ts";
import { makeRawWarehouse, readRows } from "../dbt/raw-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";

/** A message that opens a conversation of its own. Without `contact`, a contact of its own wrote it. `day` counts from the first. */
export type Message = {
  readonly text: string;
  readonly contact?: string;
  readonly company?: string;
  readonly day?: number;
  readonly rating?: number;
  readonly workspace?: string;
};
/** Whom the workspace knows: names by id. */
export type Names = Readonly<Partial<Record<"contacts" | "companies" | "admins", Readonly<Record<string, string>>>>>;

const start = Date.UTC(2026, 0, 1, 12);
const dayMs = 86_400_000;
/** The marts of phrases, and what they are made of. */
export const phraseModels = ["--select", "+feedback_phrases", "+feedback_themes"];
/** A list of topics without topics, for `vars: topics_relation`. */
export const noTopics = { topics_relation: "intercom_raw.no_topics" };

/** Makes a warehouse of a workspace with these messages; their conversations are numbered from 1. */
export async function makeDesk(path: string, messages: readonly Message[], names: Names = {}): Promise<void> {
  const lists = (["contacts", "companies", "admins"] as const).map((table) => [
    table,
    Object.entries(names[table] ?? {}).map(([id, name]) => ({
      id,
      payload: { id, name },
      ...(table === "contacts" ? {} : { _payload_hash: id }),
      ...provenance("load"),
    })),
  ]);
  await makeRawWarehouse(path, { _loads: [load("load", messages.length)], ...Object.fromEntries(lists) });
  await addMessages(path, messages);
  await withDuckDb(path, (connection) =>
    connection.run(
      "create table intercom_raw.no_topics (topic varchar, kind varchar, language varchar, pattern varchar)",
    ),
  );
}

/** Adds messages, or other versions of them, as a load does. Ids are numbers from `firstId`. */
export async function addMessages(
  path: string,
  messages: readonly Message[],
  { loadId = "load", firstId = 1 } = {},
): Promise<void> {
  const rows = messages.map((message, index) => conversation(String(firstId + index), message, loadId));
  const file = join(dirname(path), `${loadId}.ndjson`);
  await writeFile(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  const columns = Object.keys(conversation("1", { text: "" }, loadId)).map(
    (name) => `${name}: '${name === "payload" ? "json" : name.endsWith("_at") ? "timestamp" : "varchar"}'`,
  );
  await withDuckDb(path, async (connection) => {
    const read = `read_json('${file}', format = 'newline_delimited', columns = {${columns.join(", ")}})`;
    await connection.run(`insert into intercom_raw.conversations by name select * from ${read}`);
    if (loadId === "load") return;
    await connection.run(
      `insert into intercom_raw._loads by name
       select '${loadId}' as _load_id, 'w' as _workspace_id, 'conversations' as stream, 'complete' as status, count(*) as row_count,
         max(_loaded_at) as _loaded_at
       from intercom_raw.conversations where _load_id = '${loadId}'`,
    );
  });
}

/** Builds the marts of phrases. `checks` is CHECKS of `make build`. */
export async function buildPhrases(
  path: string,
  vars: Readonly<Record<string, unknown>> = {},
  flags: readonly string[] = [],
  checks: "new" | "all" = "all",
): Promise<string> {
  const left = ["--exclude-resource-type", "unit_test", "test"];
  const run = await runDbt(["build", ...left, ...phraseModels, ...flags, ...varsFlags(vars)], dirname(path), {
    WAREHOUSE: "duckdb",
    DUCKDB_PATH: path,
    CHECKS: checks,
  });
  if (run.exitCode !== 0) throw new Error(`dbt did not build the phrases:\n${run.output}`);
  return run.output;
}

/** The phrases, in alphabetical order; `where` leaves some out. */
export async function phrasesOf(path: string, where = "true"): Promise<readonly string[]> {
  const rows = await readRows(path, `select phrase from intercom.feedback_phrases where ${where} order by phrase`);
  return rows.map((row) => String(Object(row).phrase));
}

function conversation(id: string, message: Message, loadId: string): RawRow {
  const at = time(message.day ?? 0, Number(id) % 3600);
  const contact = message.contact ?? `of ${id}`;
  return {
    id,
    state: "open",
    created_at: at,
    updated_at: at,
    body_text: message.text,
    payload: {
      source: { type: "conversation", delivered_as: "customer_initiated", author: { type: "user", id: contact } },
      contacts: { contacts: [{ id: contact }] },
      ...(message.company === undefined ? {} : { company: { id: message.company } }),
      ...(message.rating === undefined ? {} : { conversation_rating: { rating: message.rating } }),
    },
    ...provenance(loadId, message.day, message.workspace),
  };
}

/** A load is newer the later its id is in the alphabet: what comes with "load" was there first. */
function provenance(loadId: string, day = 0, workspace = "w"): RawRow {
  const seconds = loadId === "load" ? 0 : 600;
  return {
    _workspace_id: workspace,
    _load_id: loadId,
    _fetched_at: time(Math.max(day, 400), seconds),
    _loaded_at: time(Math.max(day, 400), seconds + 1),
  };
}

function load(id: string, rowCount: number): RawRow {
  return {
    _load_id: id,
    _workspace_id: "w",
    stream: "conversations",
    status: "complete",
    row_count: rowCount,
    _loaded_at: provenance(id)["_loaded_at"] ?? null,
  };
}

function time(day: number, seconds: number): string {
  return new Date(start + day * dayMs + seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}
