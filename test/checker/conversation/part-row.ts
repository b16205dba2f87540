import type { WorldTruth } from "../../fake/desk/events.ts";
import { collapsed } from "../white-space.ts";
import { eventsByPart, isDeleted, isoTime, type LogEvent, messagesOf } from "./log.ts";
import { seenParts } from "./seen-parts.ts";

/** Author kinds as the marts name them. The AI agent under a teammate's name is a bot. */
export type AuthorKind = "customer" | "teammate" | "bot";

/** One part as the mart must have it. */
export type PartRow = {
  readonly conversation_part_id: string;
  readonly conversation_id: string;
  readonly created_at: string;
  readonly author_kind: AuthorKind;
  readonly is_message: boolean;
  readonly is_note: boolean;
  readonly is_close: boolean;
  readonly is_reopen: boolean;
  /** The text of a message or note with white space collapsed; null when it has none or was redacted. */
  readonly body: string | null;
};

export const partColumns = [
  "conversation_part_id",
  "conversation_id",
  "created_at",
  "author_kind",
  "is_message",
  "is_note",
  "is_close",
  "is_reopen",
  "body",
] as const satisfies readonly (keyof PartRow)[];

/** The parts of a conversation that the warehouse was ever shown, oldest first; none when it does not exist or is deleted. */
export function partRows(truth: WorldTruth, id: string, syncedAt: readonly number[]): PartRow[] {
  const events = truth.events(id);
  if (events === null || isDeleted(events)) return [];
  const seen = seenParts(events, syncedAt);
  const messageIds = new Set(messagesOf(events, seen).map((message) => message.partId));
  const eventsOfParts = eventsByPart(events);
  return [...seen].map(([partId, part]) => {
    const sides = eventsOfParts.get(partId) ?? [];
    const first = sides.find((event) => event.kind !== "redacted");
    if (first === undefined) throw new Error(`part ${partId} of conversation ${id} is nothing but redacted`);
    const text = sides.find((event) => event.kind === "message" || event.kind === "note")?.text ?? null;
    return {
      conversation_part_id: partId,
      conversation_id: id,
      created_at: isoTime(first.at),
      author_kind: authorKind(first),
      is_message: messageIds.has(partId),
      is_note: sides.some((event) => event.kind === "note"),
      is_close: sides.some((event) => event.kind === "closed"),
      is_reopen: sides.some((event) => event.kind === "reopened"),
      body: part.isRedacted ? null : collapsed(text),
    };
  });
}

/** Who wrote it, as the marts say. */
export function authorKind({ actor: { kind } }: LogEvent): AuthorKind {
  switch (kind) {
    case "customer":
    case "teammate":
      return kind;
    case "bot":
    case "ai_as_teammate":
    case "campaign":
      return "bot";
    default:
      return kind satisfies never;
  }
}
