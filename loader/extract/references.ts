import { idOf, referenceSchema } from "./schemas.ts";

/** What a list says of a conversation or a ticket. */
export type Reference = {
  /** Without an id the record cannot be requested. */
  readonly id: string | undefined;
  /** Epoch seconds. */
  readonly updatedAt: number | undefined;
  /** The record as the list has it: where it holds the whole thread, and where it has no id. */
  readonly record?: unknown;
  /** Intercom's clock when the list was requested, seconds; only where the list holds the whole thread. */
  readonly foundAtSeconds?: number;
  /** Why an earlier run did not get the record. */
  readonly recheckReason?: "not_found" | "rejected";
};

/** A record of a list → its reference. The record itself is kept only where its id is missing. */
export function referenceOf(record: unknown): Reference {
  const parsed = referenceSchema.safeParse(record);
  const id = parsed.success ? parsed.data.id : idOf(record);
  const updatedAt = parsed.data?.updated_at ?? undefined;
  return id === undefined ? { id, updatedAt, record } : { id, updatedAt };
}
