import { conversationReferenceSchema, idOf } from "./schemas.ts";

/** What a list says of a conversation. Without an id it cannot be requested: the record is kept for `_rejected`. */
export type ConversationReference = {
  readonly id: string | undefined;
  readonly updatedAt: number | undefined;
  readonly record?: unknown;
  /** Why an earlier run did not get it. */
  readonly recheckReason?: "not_found" | "rejected";
};

/** A record of a list of conversations → what it says of its conversation. */
export function referenceOf(record: unknown): ConversationReference {
  const parsed = conversationReferenceSchema.safeParse(record);
  const id = parsed.success ? parsed.data.id : idOf(record);
  const updatedAt = parsed.data?.updated_at ?? undefined;
  return id === undefined ? { id, updatedAt, record } : { id, updatedAt };
}
