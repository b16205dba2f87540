import type { RawRow } from "../../loader/load/raw-tables.ts";
import { makeRawWarehouse, type RawRows } from "../dbt/raw-warehouse.ts";
import { withDuckDb } from "../tools/duckdb-file.ts";

/** 2026-01-01 00:00:00 UTC in epoch seconds. Every time below is in seconds after it. */
const start = 1_767_225_600;

function time(seconds: number): string {
  return new Date((start + seconds) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

type Origin = { readonly workspace?: string; readonly load?: string; readonly fetchedAt?: number };

function origin({ workspace = "w1", load = "load1", fetchedAt = 5000 }: Origin): RawRow {
  return { _workspace_id: workspace, _load_id: load, _fetched_at: time(fetchedAt), _loaded_at: time(fetchedAt + 1) };
}

/** A person as Intercom describes an author. */
type Person = { readonly type: string; readonly id: string; readonly email?: string; readonly name?: string };

const ann: Person = { type: "user", id: "c-ann", email: "Ann@Example.com", name: "Ann Archer" };
const annAsLead: Person = { type: "lead", id: "c-ann-lead", email: "ann@example.com" };
const visitor: Person = { type: "lead", id: "c-ann-visitor" };
const bob: Person = { type: "user", id: "c-bob", email: "bob@example.org", name: "Bob Baker" };
const grace: Person = { type: "admin", id: "7", email: "grace@example.net", name: "Grace" };

function conversation(
  id: string,
  author: Person,
  contacts: readonly Person[],
  words: string,
  from: Origin = {},
): RawRow {
  const source = { type: "conversation", author, body: `<p>${words}</p>` };
  const listed = { type: "contact.list", contacts: contacts.map((contact) => ({ type: "contact", id: contact.id })) };
  return {
    id,
    state: "closed",
    created_at: time(0),
    updated_at: time(100),
    body_text: words,
    payload: { type: "conversation", id, source, contacts: listed },
    ...origin(from),
  };
}

function part(id: string, conversationId: string, author: Person, words: string, from: Origin = {}): RawRow {
  return {
    id,
    conversation_id: conversationId,
    part_type: "comment",
    created_at: time(50),
    updated_at: time(50),
    body_text: words,
    payload: { type: "conversation_part", id, body: `<p>${words}</p>`, author },
    ...origin(from),
  };
}

function contact(person: Person, more: Readonly<Record<string, unknown>> = {}, from: Origin = {}): RawRow {
  const payload = { type: "contact", id: person.id, email: person.email, name: person.name, ...more };
  return { id: person.id, payload, _payload_hash: "hash", ...origin(from) };
}

function tombstone(person: Person, from: Origin): RawRow {
  return {
    id: person.id,
    payload: { type: "contact", id: person.id, deleted: true },
    _payload_hash: "gone",
    ...origin(from),
  };
}

function deletion(id: string, deletedAt: number | null, fetchedAt: number, more: object = {}): RawRow {
  const payload = { type: "conversation", id, metrics_retained: true, deleted_at: start + (deletedAt ?? 0), ...more };
  return { id, deleted_at: deletedAt === null ? null : time(deletedAt), payload, ...origin({ fetchedAt }) };
}

function step(
  destination: "posthog" | "attio",
  target: string,
  conversationId: string | null,
  number: number,
  state: string,
  more: Readonly<Record<string, unknown>>,
): RawRow {
  return {
    destination,
    target,
    event_uuid: `event of ${conversationId ?? "a company"}`,
    step: number,
    state,
    conversation_id: conversationId,
    event_at: time(100),
    payload_hash: "hash",
    _workspace_id: "w1",
    _loaded_at: time(6000 + number),
    ...more,
  };
}

/**
 * Who wrote what. 1: deleted in Intercom, Bob's. 2: deleted and retrieved since, Bob's. 3: Ann's. 4: Bob's and Ann's together.
 * 5: Bob's, in which a lead with Ann's address wrote. 6: Ann's as a lead without an address, who was merged into her since: Ann
 * is the one listed. 7: Bob's, who names Ann's address. 8: deleted, of which nothing else was ever stored. Workspace w2 has
 * another conversation 1, of a contact with Ann's address.
 */
const smallRows: RawRows = {
  _loads: ["load1", "load2"].map((load) => ({
    _load_id: load,
    _workspace_id: "w1",
    stream: "conversations",
    status: "complete",
    _loaded_at: time(5001),
  })),
  conversations: [
    conversation("1", bob, [bob], "words of the deleted, first version", { fetchedAt: 4000 }),
    conversation("1", bob, [bob], "words of the deleted"),
    conversation("2", bob, [bob], "words of the restored", { fetchedAt: 7000 }),
    conversation("3", ann, [ann], "words of Ann"),
    conversation("4", bob, [bob, ann], "words of Bob among others"),
    conversation("5", bob, [bob], "words of Bob with a lead"),
    conversation("6", visitor, [ann], "words of a visitor"),
    conversation("7", bob, [bob], "do ask ann@example.com"),
    conversation("1", { ...ann, id: "c-ann-w2" }, [{ ...ann, id: "c-ann-w2" }], "words of Ann elsewhere", {
      workspace: "w2",
      load: "load2",
    }),
    conversation("9", bob, [bob], "words of a load that never ended", { load: "load-never-ended" }),
  ],
  conversation_parts: [
    part("101", "1", grace, "answer to the deleted"),
    part("201", "2", grace, "answer to the restored"),
    part("301", "3", grace, "answer to Ann Archer"),
    part("401", "4", ann, "words of Ann among others"),
    part("501", "5", annAsLead, "words of the lead"),
    part("601", "6", visitor, "more words of a visitor"),
    part("701", "7", grace, "answer to Bob"),
  ],
  contacts: [
    contact(ann, { email: "ann.before@example.com", phone: "+1 555 0100" }, { fetchedAt: 4000 }),
    contact(ann, { external_id: "user-ann" }),
    contact({ ...ann, id: "c-ann-w2" }, {}, { workspace: "w2", load: "load2" }),
    contact(visitor, { name: "Visitor of Ann's", email: null }, { fetchedAt: 3000 }),
    tombstone(visitor, { fetchedAt: 6000 }),
    contact(
      { type: "user", id: "c-ann-old", email: "ANN.before@example.com", name: "Ann as she was" },
      {},
      { fetchedAt: 3000 },
    ),
    tombstone({ type: "user", id: "c-ann-old" }, { fetchedAt: 6000 }),
    contact(bob),
  ],
  admins: [{ id: "7", payload: grace, _payload_hash: "hash", ...origin({}) }],
  deleted_conversations: [
    deletion("1", 5500, 6000, { title: "title of the deleted" }),
    deletion("2", 5500, 6000),
    deletion("8", null, 6000),
  ],
  _rejected: [
    {
      stream: "conversations",
      record_id: "1",
      reason: "state: wrong",
      payload: { body: "rejected words of the deleted" },
      ...origin({ load: "load2" }),
    },
    {
      stream: "conversation_parts",
      record_id: "102",
      reason: "created_at: missing",
      payload: { body: "rejected part" },
      ...origin({}),
    },
    {
      stream: "contacts",
      record_id: null,
      reason: "id: missing",
      payload: { email: "ANN@example.com" },
      ...origin({ load: "load2" }),
    },
    {
      stream: "contacts",
      record_id: "c-bob",
      reason: "id: doubted",
      payload: { email: "bob@example.org" },
      ...origin({ load: "load2" }),
    },
  ],
  _activations: [
    step("posthog", "project p", "1", 1, "planned", { distinct_id: "bob@example.org" }),
    step("posthog", "project p", "1", 2, "confirmed", { distinct_id: "bob@example.org" }),
    step("attio", "workspace a note", "3", 1, "confirmed", { sent_id: "note-3", reason: null }),
    step("attio", "workspace a note", "3", 2, "waiting", { sent_id: "note-3", reason: "nobody has ann@example.com" }),
    step("posthog", "project p", "4", 1, "planned", { distinct_id: "user-ann" }),
    step("posthog", "project p", "2", 1, "confirmed", { distinct_id: "bob@example.org" }),
    step("posthog", "project p", null, 1, "confirmed", { distinct_id: "$company_1" }),
  ],
};

/** Stand-ins for the built tables: one for each kind of column by which rows are found, and one without any. */
const builtTables: readonly string[] = [
  "create schema intercom",
  "create schema intercom_staging",
  `create table intercom.conversations as select distinct id as conversation_id, _workspace_id as workspace_id, body_text,
     payload->>'$.contacts.contacts[0].id' as contact_id from intercom_raw.conversations`,
  `create table intercom_staging.quotes as select id as conversation_part_id, _workspace_id as workspace_id, body_text
     from intercom_raw.conversation_parts`,
  `create table intercom_staging.contacts_known as select id as contact_id, _workspace_id as workspace_id, payload->>'$.name' as name,
     coalesce(payload->>'$.deleted' = 'true', false) as is_deleted from intercom_raw.contacts
     qualify row_number() over (partition by _workspace_id, id order by _fetched_at desc) = 1`,
  `create table intercom_staging.customers as select distinct id as customer_id, payload->>'$.name' as name from intercom_raw.contacts`,
  `create table intercom_staging.listed_deletions as select id as conversation_id, _workspace_id as workspace_id,
     deleted_at as known_deleted_at from intercom_raw.deleted_conversations`,
  "create table intercom.teammates as select id as teammate_id, payload->>'$.email' as email from intercom_raw.admins",
  "create view intercom.messages as select * from intercom_raw.conversation_parts",
  "create schema crm",
  "create table crm.accounts (account_id varchar primary key, seats integer not null default 3)",
  "insert into crm.accounts values ('acme', 5)",
  "comment on table intercom.conversations is 'One row per conversation.'",
];

/** Makes the file, and returns its path. */
export async function makeSmallWarehouse(path: string): Promise<string> {
  await makeRawWarehouse(path, smallRows);
  await withDuckDb(path, async (connection) => {
    for (const statement of builtTables) await connection.run(statement);
  });
  return path;
}

/** Where texts are found, in any column of any table: "schema.table: text", in order. */
export async function tracesOf(path: string, texts: readonly string[]): Promise<readonly string[]> {
  return withDuckDb(path, async (connection) => {
    const read = async (sql: string): Promise<unknown[][]> => (await connection.runAndReadAll(sql)).getRows();
    const tables = await read("select schema_name, table_name from duckdb_tables() order by all");
    const found: string[] = [];
    for (const [schema, table] of tables)
      for (const text of texts) {
        const name = `${String(schema)}.${String(table)}`;
        const rows = await read(
          `select 1 from ${name} as held where contains(lower(cast(held as varchar)), lower('${text.replaceAll("'", "''")}')) limit 1`,
        );
        if (rows.length > 0) found.push(`${name}: ${text}`);
      }
    return found;
  });
}
