import type { RawRow } from "../../loader/load/raw-tables.ts";
import type { Json } from "./mutations.ts";

// Raw rows around payloads, as the loader stores them.

export const fetchedAt = "2026-01-02 00:00:00";

export function provenance(workspace: string): RawRow {
  return { _workspace_id: workspace, _load_id: "load", _fetched_at: fetchedAt, _loaded_at: fetchedAt };
}

export function listed(workspace: string, id: string, payload: Json): RawRow {
  return {
    id,
    created_at: "2025-01-01 00:00:00",
    payload: asObject(payload),
    _payload_hash: `hash of ${id}`,
    ...provenance(workspace),
  };
}

export function conversation(workspace: string, id: string, payload: Json): RawRow {
  return {
    id,
    state: "closed",
    created_at: "2026-01-01 00:00:00",
    updated_at: "2026-01-01 00:10:00",
    body_text: "The export hangs",
    payload: asObject(payload),
    ...provenance(workspace),
  };
}

export function parts(workspace: string, conversationId: string): RawRow[] {
  const teammate = { type: "admin", id: "7", from_ai_agent: false, is_ai_answer: false };
  return [
    part(
      workspace,
      conversationId,
      `${conversationId}/1`,
      30,
      "assignment",
      { author: teammate, assigned_to: { type: "team", id: "22" } },
      null,
    ),
    part(workspace, conversationId, `${conversationId}/2`, 120, "comment", { author: teammate }, "We are looking"),
    part(workspace, conversationId, `${conversationId}/3`, 600, "close", { author: teammate, state: "closed" }, null),
  ];
}

export function part(
  workspace: string,
  conversationId: string,
  id: string,
  seconds: number,
  partType: string,
  payload: Json,
  bodyText: string | null,
): RawRow {
  const at = new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
  return {
    id,
    conversation_id: conversationId,
    part_type: partType,
    created_at: at,
    updated_at: at,
    body_text: bodyText,
    payload: asObject(payload),
    ...provenance(workspace),
  };
}

/** Rows want an object where JSON goes in; a mutation never replaces the record itself. */
export function asObject(payload: Json): RawRow[string] {
  return JSON.parse(JSON.stringify(payload));
}
