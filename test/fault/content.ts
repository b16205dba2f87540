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
  "ticket_types",
  "ticket_states",
  "conversation_attributes",
  "data_attributes",
  "articles",
  "collections",
  "help_centers",
  "subscription_types",
  "away_status_reasons",
] as const;

export type RecordTable = (typeof recordTables)[number];

/** The records that have parts, and the tables of their parts. */
export const threadTables = { conversations: "conversation_parts", tickets: "ticket_parts" } as const;

export type ThreadTable = keyof typeof threadTables;

/** A conversation or a ticket without its parts, and its parts by id; each as canonical text. */
export type ThreadContent = {
  readonly text: string;
  readonly parts: ReadonlyMap<string, string>;
  /** How many parts Intercom says it has: it shows the 500 most recent. */
  readonly totalParts: number;
};

/** What a workspace holds: every conversation and ticket that is not deleted, and every record of the lists by id. */
export type WorkspaceContent = Readonly<Record<ThreadTable, ReadonlyMap<string, ThreadContent>>> & {
  readonly records: Readonly<Record<RecordTable, ReadonlyMap<string, string>>>;
};

/** A record of a list as it is compared: an article's statistics grow with the hours, and are fetched once a day. */
export function comparedRecord(table: RecordTable, text: string): string {
  if (table !== "articles") return canonical(text);
  const { statistics, ...article } = JSON.parse(text) as Record<string, unknown>;
  return canonical(JSON.stringify({ ...article, statistics: typeof statistics }));
}

/** "loose" passes over what a thread says of other records: those change without it. */
export type Strictness = "strict" | "loose";

/** A thread's or a part's text as it is compared. */
export function compared(text: string, strictness: Strictness): string {
  return strictness === "strict" ? canonical(text) : withoutOthers(canonical(text));
}
