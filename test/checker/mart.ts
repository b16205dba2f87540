import type { DuckDBConnection } from "@duckdb/node-api";
import type { NormalizedRow } from "./conversation/normalized-row.ts";
import type { PartRow } from "./conversation/part-row.ts";

/** Where the marts are: the schema, and the one workspace of it that is asked for. */
export type Marts = {
  readonly connection: DuckDBConnection;
  readonly schema: string;
  readonly workspaceId: string;
};

/** One pair of `conversation_tags`. */
export type TagRow = { readonly conversation_id: string; readonly tag_id: string };

/** The rows of `conversations`, ordered by id, a chunk of them in memory at a time. */
export function martConversations(marts: Marts): AsyncGenerator<NormalizedRow> {
  const columns = `
    conversation_id, contact_id, contact_email, company_id, ${isoTime("created_at")}, ${isoTime("closed_at")}, state, tags,
    rating, rating_remark, message_count, time_to_first_reply_seconds, time_to_resolution_seconds, first_message_body`;
  return rowsOf<NormalizedRow>(marts, "conversations", columns, "conversation_id");
}

/** The rows of `conversation_parts` in the columns that the checker knows, ordered by conversation. */
export function martParts(marts: Marts): AsyncGenerator<PartRow> {
  const columns = `
    conversation_part_id, conversation_id, ${isoTime("created_at")}, author_kind, is_message, is_note, is_close, is_reopen,
    body`;
  return rowsOf<PartRow>(marts, "conversation_parts", columns, "conversation_id, conversation_part_id");
}

/** The rows of `conversation_tags`. */
export function martTags(marts: Marts): AsyncGenerator<TagRow> {
  return rowsOf<TagRow>(marts, "conversation_tags", "conversation_id, tag_id", "conversation_id, tag_id");
}

/** Rows of a mart, integers as numbers; the columns must be selected under the names and in the types of `R`. */
export async function* rowsOf<R>(marts: Marts, mart: string, columns: string, order: string): AsyncGenerator<R> {
  const result = await marts.connection.stream(
    `select ${columns} from ${marts.schema}.${mart} where workspace_id = $1 order by ${order}`,
    [marts.workspaceId],
  );
  for await (const chunk of result.yieldRowObjectJs()) {
    for (const row of chunk) {
      const numbered = Object.entries(row).map(([name, value]) => [
        name,
        typeof value === "bigint" ? Number(value) : value,
      ]);
      // The select list above is the only proof of the shape: a wrong one shows as a difference.
      yield Object.fromEntries(numbered) as R;
    }
  }
}

/** A timestamp as ISO 8601 in UTC; a fraction of a second shows, since Intercom's times have none. */
function isoTime(column: string): string {
  return `replace(strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z') as ${column}`;
}

/** For a select list: a column of days as YYYY-MM-DD, every other column as it is. */
export function daysAsText(column: string): string {
  // `is_turned_on` is no day.
  return /^(day|week|month|(?!is_).+_(on|week|month))$/.test(column) ? `${column}::varchar as ${column}` : column;
}
