import type { WorldTruth } from "../fake/desk/events.ts";
import { compareRows, describeDifferences } from "./compare.ts";
import { type NormalizedRow, normalizedColumns, normalizedRow, tagIds } from "./conversation/normalized-row.ts";
import { type PartRow, partColumns, partRows } from "./conversation/part-row.ts";
import { type Marts, martConversations, martParts, martTags } from "./mart.ts";
import { onOneLine } from "./white-space.ts";

/** How many rows of each mart were compared, and in words what differs; `differences` is empty when nothing does. */
export type WorldReport = {
  readonly conversations: number;
  readonly parts: number;
  readonly tags: number;
  readonly differences: readonly string[];
};

/**
 * Compares the marts of a workspace with a world's event log, over all its conversations.
 *
 * `syncedAt` are the world's clocks (epoch seconds, ascending) at the syncs so far; the last one must be the clock now.
 */
export async function checkWorld(marts: Marts, truth: WorldTruth, syncedAt: readonly number[]): Promise<WorldReport> {
  const conversations = await compareRows({
    actual: mapped(martConversations(marts), textsOnOneLine),
    keyOf: (row) => row.conversation_id,
    expectedRow: (id) => {
      const row = normalizedRow(truth, id, syncedAt);
      return row === null ? null : textsOnOneLine(row);
    },
    expectedKeys: truth.conversationIds(),
    columns: normalizedColumns,
  });
  const partsOf = lastKept((id: string) => {
    return new Map(partRows(truth, id, syncedAt).map((row) => [row.conversation_part_id, bodyOnOneLine(row)]));
  });
  const parts = await compareRows<PartRow>({
    actual: mapped(martParts(marts), bodyOnOneLine),
    keyOf: (row) => `${row.conversation_id}/${row.conversation_part_id}`,
    expectedRow: (key) => {
      const [conversationId = "", partId = ""] = key.split("/");
      return partsOf(conversationId).get(partId) ?? null;
    },
    expectedKeys: keysOf(truth, (id) => partsOf(id).keys()),
    columns: partColumns,
  });
  const tagsOf = lastKept((id: string) => new Set(tagIds(truth, id)));
  const tags = await compareRows({
    actual: martTags(marts),
    keyOf: (row) => `${row.conversation_id}/${row.tag_id}`,
    expectedRow: (key) => {
      const [conversation_id = "", tag_id = ""] = key.split("/");
      return tagsOf(conversation_id).has(tag_id) ? { conversation_id, tag_id } : null;
    },
    expectedKeys: keysOf(truth, tagsOf),
    columns: [],
  });
  const differences = Object.entries({ conversations, conversation_parts: parts, conversation_tags: tags })
    .map(([mart, found]) => [mart, describeDifferences(found)] as const)
    .filter(([, words]) => words !== null)
    .map(([mart, words]) => `${mart}: ${words}`);
  return { conversations: conversations.compared, parts: parts.compared, tags: tags.compared, differences };
}

/** The definition of a message's text holds up to white space. */
function textsOnOneLine(row: NormalizedRow): NormalizedRow {
  return { ...row, first_message_body: onOneLine(row.first_message_body) };
}

function bodyOnOneLine(row: PartRow): PartRow {
  return { ...row, body: onOneLine(row.body) };
}

async function* mapped<T>(rows: AsyncIterable<T>, change: (row: T) => T): AsyncGenerator<T> {
  for await (const row of rows) yield change(row);
}

function* keysOf(truth: WorldTruth, idsOf: (conversationId: string) => Iterable<string>): Generator<string> {
  for (const conversationId of truth.conversationIds()) {
    for (const id of idsOf(conversationId)) yield `${conversationId}/${id}`;
  }
}

/** Keeps the latest answer: rows come ordered by conversation, so the next question is most often the same. */
function lastKept<T>(answer: (id: string) => T): (id: string) => T {
  let last: { readonly id: string; readonly value: T } | null = null;
  return (id) => {
    if (last?.id !== id) last = { id, value: answer(id) };
    return last.value;
  };
}
