import { canonical, withoutOthers } from "./canonical.ts";

/** The lists whose records stand on their own. */
export const recordTables = [
  "contacts",
  "companies",
  "admins",
  "teams",
  "tags",
  "segments",
  "office_hours_schedules",
] as const;

export type RecordTable = (typeof recordTables)[number];

/** A conversation without its parts, and its parts by id; each as canonical text. */
export type ConversationContent = {
  readonly text: string;
  readonly parts: ReadonlyMap<string, string>;
  /** How many parts Intercom says it has: it shows the 500 most recent. */
  readonly totalParts: number;
};

/** What a workspace holds: every conversation that is not deleted, and every record of the lists by id. */
export type WorkspaceContent = {
  readonly conversations: ReadonlyMap<string, ConversationContent>;
  readonly records: Readonly<Record<RecordTable, ReadonlyMap<string, string>>>;
};

/** "loose" passes over what a conversation says of other records: those change without it. */
export type Strictness = "strict" | "loose";

/** A conversation's or a part's text as it is compared. */
export function compared(text: string, strictness: Strictness): string {
  return strictness === "strict" ? canonical(text) : withoutOthers(canonical(text));
}
