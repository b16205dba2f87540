import type { z } from "zod";
import { ExtendedMembers, JsonMembers } from "../json.ts";
import { plainText } from "./plain-text.ts";
import type { Quality } from "./references.ts";
import {
  contactSchema,
  conversationSchema,
  deletedConversationSchema,
  idOf,
  listedRecordSchema,
  partSchema,
  reasonOf,
  ticketSchema,
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

/** The streams of records with parts, and the streams of their parts. */
export const partsOf = { conversations: "conversation_parts", tickets: "ticket_parts" } as const;

/** A stream of records with parts. */
export type ThreadStreamName = keyof typeof partsOf;

/** The rows of a conversation or a ticket, and of its parts. */
export type ThreadRows = {
  /** The id in the response; undefined when the response is no such record. */
  readonly id: string | undefined;
  /** Intercom's count of the parts. */
  readonly partsTotal: number | undefined;
  readonly record: Row | JsonMembers | undefined;
  readonly parts: readonly (Row | JsonMembers)[];
  readonly rejected: readonly Rejected[];
};

/** Intercom shows no more parts of a thread, the newest. */
const partsShownMax = 500;

/** Whether a thread has all parts that Intercom shows of it. A thread whose parts nobody counted is not known to. */
export function hasShownParts({ parts, rejected, partsTotal }: ThreadRows): boolean {
  return partsTotal !== undefined && parts.length + rejected.length >= Math.min(partsTotal, partsShownMax);
}

/** Whether a thread has less than half of its parts: a count may be a little off, but not by half. */
export function isShort({ parts, rejected, partsTotal = 0 }: ThreadRows): boolean {
  return partsTotal > 1 && parts.length + rejected.length < Math.min(partsTotal, partsShownMax) / 2;
}

/** A retrieved conversation → its row, the rows of its parts, and the records that are rejected. */
export function threadRows(json: unknown): ThreadRows {
  const parsed = conversationSchema.safeParse(json);
  if (!parsed.success) return noThread(rejected("conversations", json, parsed.error));
  const thread = parsed.data;
  const { conversation_parts: list, ...rest } = json as { readonly conversation_parts: object };
  const record = {
    id: thread.id,
    created_at: timestamp(thread.created_at),
    updated_at: timestamp(thread.updated_at),
    state: thread.state ?? null,
    body_text: plainText(thread.source?.body),
    payload: { ...rest, conversation_parts: { ...list, conversation_parts: undefined } },
  };
  const { conversation_parts: records, total_count } = thread.conversation_parts;
  const partsTotal = total_count ?? undefined;
  return { id: thread.id, partsTotal, record, ...partRows("conversations", thread.id, records) };
}

/** A conversation's row with what QA found, which only the search has. */
export function withQuality(record: Row | JsonMembers, quality: Quality | undefined): Row | JsonMembers {
  if (quality === undefined) return record;
  const columns = {
    monitor_evaluations: quality.monitorEvaluations ?? null,
    scorecards: quality.scorecards ?? null,
  };
  return record instanceof JsonMembers ? new ExtendedMembers(record, columns) : { ...record, ...columns };
}

/** A ticket with its parts, found or retrieved → its row, the rows of its parts, and the records that are rejected. */
export function ticketRows(json: unknown): ThreadRows {
  const parsed = ticketSchema.safeParse(json);
  if (!parsed.success) return noThread(rejected("tickets", json, parsed.error));
  const ticket = parsed.data;
  const { ticket_parts: list, ...rest } = json as { readonly ticket_parts: object };
  const record = {
    id: ticket.id,
    created_at: timestamp(ticket.created_at),
    updated_at: timestamp(ticket.updated_at),
    state_category: ticket.ticket_state ?? null,
    body_text: plainText(ticket.ticket_attributes?._default_description_),
    is_deleted: false,
    payload: { ...rest, ticket_parts: { ...list, ticket_parts: undefined } },
  };
  const { ticket_parts: records, total_count } = ticket.ticket_parts;
  return { id: ticket.id, partsTotal: total_count ?? undefined, record, ...partRows("tickets", ticket.id, records) };
}

/** The row of a ticket that Intercom no longer has. */
export function ticketTombstone(id: string): Row {
  return { ...tombstoneRow("ticket", id), is_deleted: true };
}

function noThread(rejection: Rejected): ThreadRows {
  return { id: undefined, partsTotal: undefined, record: undefined, parts: [], rejected: [rejection] };
}

function partRows(
  stream: ThreadStreamName,
  ownerId: string,
  records: readonly unknown[],
): Pick<ThreadRows, "parts" | "rejected"> {
  const parts: Row[] = [];
  const rejections: Rejected[] = [];
  for (const record of records) {
    const part = partSchema.safeParse(record);
    if (part.success) parts.push(partRow(ownerColumns[stream], ownerId, part.data, record));
    else rejections.push(rejected(partsOf[stream], record, part.error));
  }
  return { parts, rejected: rejections };
}

const ownerColumns = { conversations: "conversation_id", tickets: "ticket_id" } as const;

function partRow(ownerColumn: string, ownerId: string, part: z.infer<typeof partSchema>, record: unknown): Row {
  const createdAt = timestamp(part.created_at);
  return {
    id: part.id,
    [ownerColumn]: ownerId,
    created_at: createdAt,
    updated_at: part.updated_at === part.created_at ? createdAt : timestamp(part.updated_at),
    part_type: part.part_type,
    body_text: plainText(part.body),
    payload: record,
  };
}

/** A record of a list → its row. @param madeId the id of a record whose own `id` does not count */
export function listedRow(stream: string, record: unknown, madeId?: string): Row | Rejected {
  const isObject = typeof record === "object" && record !== null;
  const known = madeId !== undefined && isObject ? { ...record, id: madeId } : record;
  const parsed = (stream === "contacts" ? contactSchema : listedRecordSchema).safeParse(known);
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
