import type { z } from "zod";
import type { JsonMembers } from "../json.ts";
import { plainText } from "./plain-text.ts";
import {
  contactSchema,
  conversationPartSchema,
  conversationSchema,
  deletedConversationSchema,
  idOf,
  listedRecordSchema,
  reasonOf,
} from "./schemas.ts";

/** A row of a raw table by column. The loader adds where and when the row came from. */
export type Row = Readonly<Record<string, unknown>>;

/** A record that cannot be stored as what it claims to be. */
export type Rejected = {
  readonly stream: string;
  readonly id: string | undefined;
  readonly reason: string;
  readonly record: unknown;
};

export type ThreadRows = {
  /** The id in the response; undefined when the response is not a conversation. */
  readonly id: string | undefined;
  /** Intercom's count of the conversation's parts. */
  readonly partsTotal: number | undefined;
  readonly conversation: Row | JsonMembers | undefined;
  readonly parts: readonly (Row | JsonMembers)[];
  readonly rejected: readonly Rejected[];
};

/** A retrieved conversation → its row, the rows of its parts, and the records that are rejected. */
export function threadRows(json: unknown): ThreadRows {
  const parsed = conversationSchema.safeParse(json);
  if (!parsed.success)
    return {
      id: undefined,
      partsTotal: undefined,
      conversation: undefined,
      parts: [],
      rejected: [rejected("conversations", json, parsed.error)],
    };
  const thread = parsed.data;
  const parts: Row[] = [];
  const rejections: Rejected[] = [];
  for (const record of thread.conversation_parts.conversation_parts) {
    const part = conversationPartSchema.safeParse(record);
    if (part.success) parts.push(partRow(thread.id, part.data, record));
    else rejections.push(rejected("conversation_parts", record, part.error));
  }
  const { conversation_parts: list, ...rest } = json as { readonly conversation_parts: object };
  const conversation = {
    id: thread.id,
    created_at: timestamp(thread.created_at),
    updated_at: timestamp(thread.updated_at),
    state: thread.state ?? null,
    body_text: plainText(thread.source?.body),
    payload: { ...rest, conversation_parts: { ...list, conversation_parts: undefined } },
  };
  const partsTotal = thread.conversation_parts.total_count ?? undefined;
  return { id: thread.id, partsTotal, conversation, parts, rejected: rejections };
}

function partRow(conversationId: string, part: z.infer<typeof conversationPartSchema>, record: unknown): Row {
  const createdAt = timestamp(part.created_at);
  return {
    id: part.id,
    conversation_id: conversationId,
    created_at: createdAt,
    updated_at: part.updated_at === part.created_at ? createdAt : timestamp(part.updated_at),
    part_type: part.part_type,
    body_text: plainText(part.body),
    payload: record,
  };
}

/** A record of contacts, or of a list that Intercom gives whole → its row. */
export function listedRow(stream: string, record: unknown): Row | Rejected {
  const parsed = (stream === "contacts" ? contactSchema : listedRecordSchema).safeParse(record);
  if (!parsed.success) return rejected(stream, record, parsed.error);
  const { id, created_at, updated_at } = parsed.data;
  return { id, created_at: timestamp(created_at), updated_at: timestamp(updated_at), payload: record };
}

/** The row of a record that Intercom no longer has, in the shape that Intercom gives a deleted contact. */
export function tombstoneRow(type: string, id: string): Row {
  return { id, created_at: null, updated_at: null, payload: { type, id, deleted: true } };
}

/** An entry of GET /conversations/deleted → its row. */
export function deletedRow(record: unknown): Row | Rejected {
  const parsed = deletedConversationSchema.safeParse(record);
  if (!parsed.success) return rejected("deleted_conversations", record, parsed.error);
  return { id: parsed.data.id, deleted_at: timestamp(parsed.data.deleted_at), payload: record };
}

/** A conversation whose thread answered 404 → its row: deleted, at an unknown time. */
export function notFoundRow(id: string): Row {
  return { id, deleted_at: null, payload: { type: "conversation", id, noticed_by: "not_found" } };
}

/** Whether a row function rejected its record. */
export function isRejected(row: Row | Rejected): row is Rejected {
  return "reason" in row && "record" in row;
}

/** A rejected record with its reason. */
function rejected(stream: string, record: unknown, error: z.ZodError): Rejected {
  return { stream, id: idOf(record), reason: reasonOf(error), record };
}

/** Epoch seconds → a UTC timestamp that every warehouse reads. */
export function timestamp(epochSeconds: number | null | undefined): string | null {
  if (epochSeconds === null || epochSeconds === undefined) return null;
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`;
}
