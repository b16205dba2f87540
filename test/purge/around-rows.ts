import type { RawRow, RawTableName } from "../../loader/load/raw-tables.ts";

// What lies around the conversations of the small warehouse, as statements that add it. The tests of tickets, calls and
// notes share this.

const at = "2026-01-01 01:00:00";
const origin: RawRow = { _workspace_id: "w1", _load_id: "load1", _fetched_at: at, _loaded_at: at };

function insert(table: RawTableName, row: RawRow): string {
  const all = Object.entries({ ...origin, ...row });
  const literal = (value: unknown): string => {
    if (value === null || typeof value === "boolean") return String(value);
    return `'${(typeof value === "object" ? JSON.stringify(value) : String(value)).replaceAll("'", "''")}'`;
  };
  return `insert into intercom_raw.${table} (${all.map(([name]) => name).join(", ")}) values (${all.map(([, value]) => literal(value)).join(", ")})`;
}

type Ticket = { readonly contact?: string; readonly linked?: readonly string[]; readonly words: string };

function ticket(
  id: string,
  category: string | null,
  { contact, linked = [], words }: Ticket,
  more: RawRow = {},
): string {
  const payload = {
    type: "ticket",
    id,
    category,
    ticket_attributes: { _default_title_: words },
    contacts: { contacts: contact === undefined ? [] : [{ type: "contact", id: contact }] },
    linked_objects: { data: linked.map((each) => ({ type: "conversation", id: each })) },
  };
  return insert("tickets", { id, created_at: "2026-01-01 00:30:00", is_deleted: false, payload, ...more });
}

function tombstone(id: string, fetchedAt: string): string {
  const payload = { type: "ticket", id, deleted: true };
  return insert("tickets", { id, is_deleted: true, payload, _fetched_at: fetchedAt });
}

function part(id: string, ticketId: string, author: object, words: string): string {
  return insert("ticket_parts", { id, ticket_id: ticketId, body_text: words, payload: { id, author, body: words } });
}

/** An entry of a record's list. */
function entry(table: RawTableName, owner: RawRow, id: string, payload: object): string {
  return insert(table, { id, ...owner, payload: { id, ...payload } });
}

function call(id: string, of: object, words: string): string {
  return insert("calls", { id, payload: { type: "call", id, ...of, transcript: [{ text: words }] } });
}

function rejected(stream: string, recordId: string, words: string, more: RawRow = {}): string {
  return insert("_rejected", { stream, record_id: recordId, reason: "odd", payload: { body: words }, ...more });
}

const grace = { type: "admin", id: "7", name: "Grace" };

/**
 * Tickets. t1: conversation 1 became it, and says so. t7: conversation 7 became it, only a link says so. tAnn: Ann's, without
 * a conversation. tWrote: Bob's, in which Ann wrote. tTracker: a tracker of conversations 1, 3 and 7. tBack: a back-office
 * ticket of Bob's that conversation 2 names and links to. tGone: Bob's, and Intercom answered 404 for it since. tBackAgain:
 * the same, and it was retrieved later.
 */
export const aroundStatements: readonly string[] = [
  `update intercom_raw.conversations set payload = json_merge_patch(payload, '{"ticket":{"type":"ticket","id":9001}}')
   where id = '1' and _workspace_id = 'w1'`,
  `update intercom_raw.conversations set payload = json_merge_patch(payload,
     '{"ticket":{"type":"ticket","id":"tBack"},"linked_objects":{"data":[{"type":"ticket","id":"tBack"}]}}') where id = '2'`,
  ticket("9001", "Customer", { contact: "c-bob", linked: ["8"], words: "ticket of the deleted" }),
  ticket("9001", "Customer", { contact: "c-bob", words: "ticket of the deleted elsewhere" }, { _workspace_id: "w2" }),
  ticket("t7", "Customer", { contact: "c-bob", linked: ["7"], words: "ticket of conversation 7" }),
  ticket("tAnn", "Customer", { contact: "c-ann", words: "ticket of Annie" }),
  ticket("tWrote", null, { contact: "c-bob", words: "ticket in which she wrote" }),
  ticket("tTracker", "Tracker", { contact: "c-ann", linked: ["1", "3", "7"], words: "tracker of many" }),
  ticket("tBack", "Back-office", { contact: "c-bob", linked: ["2"], words: "back office" }),
  ticket("tGone", "Customer", { contact: "c-bob", words: "ticket that is gone" }),
  tombstone("tGone", "2026-01-01 02:00:00"),
  tombstone("tBackAgain", "2026-01-01 00:40:00"),
  ticket("tBackAgain", "Customer", { contact: "c-bob", words: "ticket that came back" }),
  part("p1", "9001", grace, "part of the deleted ticket"),
  part("p2", "tAnn", grace, "answer in her ticket"),
  part("p3", "tWrote", { type: "user", id: "c-ann", email: "Ann@example.com" }, "what she wrote there"),
  part("p4", "tTracker", grace, "part of the tracker"),
  call("call1", { conversation_id: "1", contact_id: "c-bob" }, "call of the deleted"),
  call("callAnn", { conversation_id: null, contact_id: "c-ann-old" }, "call of hers"),
  insert("calls", { id: "callAnn", payload: { type: "call", id: "callAnn", deleted: true } }),
  call("callBob", { conversation_id: "7", contact_id: "c-bob" }, "call of Bob alone"),
  entry("contact_notes", { contact_id: "c-ann" }, "n1", { body: "note on her" }),
  entry("contact_notes", { contact_id: "c-bob" }, "n2", { body: "note on Bob" }),
  entry("contact_segments", { contact_id: "c-ann" }, "s1", { name: "segment of hers" }),
  entry("contact_segments", { contact_id: "c-bob" }, "s1", { name: "segment of Bob" }),
  entry("company_notes", { company_id: "co-1" }, "cn1", { body: "do ask ann@example.com about it" }),
  entry("side_conversations", { conversation_id: "1" }, "side1", { body: "beside the deleted" }),
  entry("side_conversations", { conversation_id: "7" }, "side7", { body: "beside 7" }),
  entry("handling_events", { conversation_id: "1" }, "1", { reason: "handling of the deleted" }),
  entry("handling_events", { conversation_id: "7" }, "1", { reason: "handling of 7" }),
  `create table intercom.tickets as select id as ticket_id, _workspace_id as workspace_id,
     payload->>'$.ticket_attributes._default_title_' as title, payload->>'$.contacts.contacts[0].id' as contact_id,
     case when contact_id = 'c-ann' then 'Ann@example.com' else 'bob@example.org' end as contact_email,
     case when contact_id = 'c-ann' then 'Ann Archer' else 'Bob Baker' end as contact_name
     from intercom_raw.tickets where not is_deleted`,
  "create table intercom_staging.ticket_lookups as select ticket_id, workspace_id, contact_email from intercom.tickets",
  rejected("ticket_parts", "p9", "rejected ticket part", { _load_id: "load1" }),
  rejected("contact_notes", "c-ann/n9", "refused words on her", { _load_id: "load2" }),
  rejected("contact_notes", "c-ann-else/n9", "rejected note on another", { _load_id: "load2" }),
  rejected("side_conversations", "1/", "rejected beside the deleted", { _load_id: "load2" }),
];
