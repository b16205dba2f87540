import type { TicketEvent, TicketTruth } from "../../fake/desk/tickets/events.ts";
import { eventsByPart, isDeleted, isoTime } from "../conversation/log.ts";
import { type AuthorKind, authorKind } from "../conversation/part-row.ts";
import { onOneLine } from "../white-space.ts";
import { seenTicketParts, ticketMessages } from "./log.ts";

/** One part as the mart must have it. */
export type TicketPartRow = {
  readonly ticket_part_id: string;
  readonly ticket_id: string;
  readonly created_at: string;
  readonly author_kind: AuthorKind;
  readonly is_message: boolean;
  readonly is_note: boolean;
  readonly is_state_change: boolean;
  readonly state_category_before: string | null;
  readonly state_category_after: string | null;
  readonly updated_attribute_name: string | null;
  /** The text of a message or note on one line; null when it has none or was redacted. */
  readonly body: string | null;
};

export const ticketPartColumns = [
  "ticket_part_id",
  "ticket_id",
  "created_at",
  "author_kind",
  "is_message",
  "is_note",
  "is_state_change",
  "state_category_before",
  "state_category_after",
  "updated_attribute_name",
  "body",
] as const satisfies readonly (keyof TicketPartRow)[];

/** The parts of a ticket that the warehouse was ever shown, oldest first; none when it does not exist or is deleted. */
export function ticketPartRows(truth: TicketTruth, id: string, syncedAt: readonly number[]): TicketPartRow[] {
  const events = truth.ticketEvents(id);
  if (events === null || isDeleted(events)) return [];
  const seen = seenTicketParts(events, syncedAt);
  const messageIds = new Set(ticketMessages(events, seen).map((message) => message.partId));
  const parts = eventsByPart(events);
  return [...seen].map(([partId, part]) => {
    const sides = (parts.get(partId) ?? []).filter((event) => event.kind !== "redacted");
    const [first] = sides;
    if (first === undefined) throw new Error(`part ${partId} of ticket ${id} is nothing but redacted`);
    const change = sides.find((event) => event.kind === "ticket_state_changed");
    const attribute = sides.find((event) => event.kind === "ticket_attribute_set");
    return {
      ticket_part_id: partId,
      ticket_id: id,
      created_at: isoTime(first.at),
      author_kind: authorKind(first),
      is_message: messageIds.has(partId),
      is_note: sides.some((event) => event.kind === "note"),
      is_state_change: change !== undefined && change.from !== change.to,
      state_category_before: change?.from ?? null,
      state_category_after: change?.to ?? null,
      updated_attribute_name: attribute?.name ?? null,
      body: part.isRedacted ? null : textOf(sides),
    };
  });
}

function textOf(sides: readonly TicketEvent[]): string | null {
  return onOneLine(sides.find((event) => event.kind === "message" || event.kind === "note")?.text ?? null);
}
