import type { RawRow } from "../../loader/load/raw-tables.ts";
import type { RawRows } from "./raw-warehouse.ts";

/** 2026-01-01 00:00:00 UTC in epoch seconds: every time below is so many seconds after it. */
const start = 1_767_225_600;

function time(seconds: number): string {
  return new Date((start + seconds) * 1000).toISOString().slice(0, 19).replace("T", " ");
}

type Provenance = { readonly workspace?: string; readonly load?: string; readonly fetchedAt?: number };

function provenance({ workspace = "w1", load = "load1", fetchedAt = 5000 }: Provenance): RawRow {
  return {
    _workspace_id: workspace,
    _load_id: load,
    _fetched_at: time(fetchedAt),
    _loaded_at: time(fetchedAt + 1),
  };
}

function conversation(
  id: string,
  state: string,
  updatedAt: number,
  payload: Readonly<Record<string, unknown>>,
  origin: Provenance = {},
): RawRow {
  const source = { type: "conversation", delivered_as: "customer_initiated", author: { type: "user", id: "p1" } };
  return {
    id,
    state,
    created_at: time(0),
    updated_at: time(updatedAt),
    body_text: "The export hangs",
    payload: { type: "conversation", id, state, source, conversation_parts: { total_count: 0 }, ...payload },
    ...provenance(origin),
  };
}

function part(
  id: string,
  conversationId: string,
  at: number,
  partType: string,
  author: Readonly<Record<string, unknown>>,
  payload: Readonly<Record<string, unknown>>,
  bodyText: string | null,
): RawRow {
  return {
    id,
    conversation_id: conversationId,
    part_type: partType,
    created_at: time(at),
    updated_at: time(at),
    body_text: bodyText,
    payload: {
      type: "conversation_part",
      id,
      part_type: partType,
      author,
      redacted: false,
      attachments: [],
      ...payload,
    },
    ...provenance({}),
  };
}

function listed(id: string, payload: Readonly<Record<string, unknown>>, origin: Provenance = {}): RawRow {
  return { id, payload: { id, ...payload }, _payload_hash: `hash of ${id}`, ...provenance(origin) };
}

const tombstone = { deleted: true };
const teammate = { type: "admin", id: "7", from_ai_agent: false, is_ai_answer: false };
const aiAsTeammate = { type: "admin", id: "7", from_ai_agent: true, is_ai_answer: true };
const customer = { type: "user", id: "p1" };
const bot = { type: "bot", id: "1" };

/**
 * A workspace small enough to see through, as the loader would have stored it.
 *
 * Conversation 1: answered by an AI agent under a teammate's name after 5 s, by the human after 120 s; closed with a text,
 * reopened by the customer, closed again at 1000 s; rated. 2: deleted. 3: deleted and seen again. 4: its contact deleted.
 * 5: only in a load that is not complete. Workspace w2 has a conversation 1 too.
 */
export const smallWorkspace: RawRows = {
  _loads: [
    { _load_id: "load1", _workspace_id: "w1", stream: "conversations", status: "complete", _loaded_at: time(5001) },
    { _load_id: "load2", _workspace_id: "w1", stream: "conversations", status: "started", _loaded_at: time(5001) },
  ],
  conversations: [
    conversation("1", "open", 120, {}, { fetchedAt: 150 }),
    conversation("1", "closed", 1000, {
      contacts: { contacts: [{ id: "p1" }, { id: "p2" }] },
      company: { id: "co2" },
      tags: {
        tags: [
          { id: "20", name: "ＶＩＰ" },
          { id: "21", name: "bug" },
          { id: "22", name: "🔥" },
          { id: 23, name: "Billing", applied_at: start + 60, applied_by: { type: "admin", id: 7 } },
        ],
      },
      conversation_rating: { rating: 4, remark: "Thanks", created_at: start + 1000, updated_at: start + 1100 },
      custom_attributes: { Plan: "pro" },
      a_field_of_tomorrow: { list: [1, 2] },
    }),
    conversation("1", "open", 10, { contacts: { contacts: [{ id: "p9" }] } }, { workspace: "w2" }),
    conversation("2", "closed", 50, {}),
    conversation("3", "open", 60, { contacts: { contacts: [{ id: "p1" }] } }),
    conversation("4", "open", 70, { contacts: { contacts: [{ id: "p2" }] } }),
    conversation("5", "open", 80, {}, { load: "load2" }),
  ],
  conversation_parts: [
    part("101", "1", 5, "comment", aiAsTeammate, {}, "Have you tried again?"),
    part("102", "1", 30, "assignment", bot, { assigned_to: { type: "admin", id: 7 } }, null),
    part("103", "1", 60, "note", teammate, {}, "Looks like the queue"),
    part("104", "1", 120, "comment", teammate, {}, "We are looking"),
    part("105", "1", 130, "comment", customer, { attachments: [{ name: "log.txt" }] }, null),
    part("106", "1", 140, "comment", customer, { redacted: true }, "This message was deleted"),
    part("107", "1", 600, "close", teammate, { state: "closed" }, "Fixed"),
    part("108", "1", 700, "open", customer, { state: "open" }, "Not for me"),
    part("109", "1", 1000, "close", teammate, { state: "closed" }, null),
    part("110", "1", 1001, "part_type_of_tomorrow", bot, { event_details: { what: 1 } }, null),
    part("201", "2", 10, "comment", teammate, {}, "Hello"),
    part("301", "3", 10, "note", teammate, {}, "Hm"),
  ],
  deleted_conversations: [
    { id: "2", deleted_at: time(4000), payload: { id: "2" }, ...provenance({ fetchedAt: 6000 }) },
    { id: "2", deleted_at: time(9000), payload: { id: "2" }, ...provenance({ fetchedAt: 9001 }) },
    { id: "3", deleted_at: null, payload: { id: "3", noticed_by: "not_found" }, ...provenance({ fetchedAt: 4000 }) },
  ],
  contacts: [
    listed("p1", { role: "user", email: "ada@example.com", companies: { data: [{ id: "co1" }, { id: "co2" }] } }),
    listed("p2", { role: "user", email: "bob@example.com", companies: { data: [{ id: "co1" }] } }),
    listed("p2", tombstone, { fetchedAt: 7000 }),
  ],
  companies: [
    listed("co1", { company_id: "acme", name: "Acme", monthly_spend: 99.5 }),
    listed("co1", tombstone, { fetchedAt: 7000 }),
    listed("co2", { company_id: "globex", name: "Globex", plan: { id: "1", name: "Pro" } }),
  ],
  admins: [
    listed("7", { name: "Grace", email: "grace@example.org", team_ids: [814865] }),
    listed("7", tombstone, { fetchedAt: 7000 }),
  ],
  teams: [listed("814865", { name: "Support", admin_ids: [7] })],
  tags: [listed("20", { name: "ＶＩＰ" }), listed("21", { name: "bug" }), listed("22", { name: "🔥" })],
};
