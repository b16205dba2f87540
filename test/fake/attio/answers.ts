import { AttioError, type Values } from "./values.ts";
import type { Note } from "./workspace.ts";

/** The last page of a list that goes by cursor. */
export const noMorePages = { pagination: { next_cursor: null } };

/** The part of a list that `limit` and `offset` name. Errors: AttioError above the largest page. */
export function page<T>(
  items: readonly T[],
  query: URLSearchParams,
  limitMax: number,
  limitDefault = limitMax,
): readonly T[] {
  const limit = Number(query.get("limit") ?? limitDefault);
  const offset = Number(query.get("offset") ?? 0);
  if (limit > limitMax) throw new AttioError(400, "validation_type", `limit is at most ${limitMax}.`);
  return items.slice(offset, offset + limit);
}

/** A note as Attio shows it. */
export function shownNote(workspaceId: string, note: Note): Values {
  return {
    id: { workspace_id: workspaceId, note_id: note.id },
    parent_object: "people",
    parent_record_id: note.personId,
    title: note.title,
    content_plaintext: note.content,
    content_markdown: note.content,
    meeting_id: null,
    tags: [],
    created_by_actor: { type: "api-token", id: "50cf242c-7fa3-4cad-87d0-75b1af71c57b" },
    created_at: note.createdAt,
  };
}
