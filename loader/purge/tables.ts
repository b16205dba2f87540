/** The raw tables without which nothing can be purged. */
export const neededTables = [
  "conversations",
  "conversation_parts",
  "contacts",
  "deleted_conversations",
  "_loads",
  "_rejected",
  "admins",
  "companies",
  "segments",
  "tags",
] as const;

/** Raw tables that the warehouse of an earlier version lacks: what is missing has nothing to purge. */
const laterTables = [
  "_activations",
  "_purged",
  "tickets",
  "ticket_parts",
  "calls",
  "contact_notes",
  "contact_segments",
  "side_conversations",
  "handling_events",
  "company_notes",
  "activity_logs",
] as const;

/** A raw table that a purge reads or removes rows of. */
export type PurgedTable = (typeof neededTables)[number] | (typeof laterTables)[number];

/** Raw tables of which no row goes, each with the reason. */
export const keptTables: Readonly<Record<string, string>> = {
  _loads: "counts and times",
  _runs: "counts, times and versions",
  _purged: "hashes of ids; what earlier purges removed",
  activity_logs: "what teammates did; the purge names entries with the contact's id or address",
  admins: "teammates",
  articles: "what the team publishes",
  away_status_reasons: "settings",
  collections: "settings",
  companies: "companies; the purge names those with the contact's id or address",
  company_notes: "what teammates wrote of companies; the purge names notes with the contact's id or address",
  company_segments: "segments of companies",
  conversation_attributes: "settings; the values are in conversations",
  data_attributes: "settings; the values are in contacts and companies",
  help_centers: "settings",
  office_hours_schedules: "settings",
  segments: "settings; the purge names those with the contact's id or address",
  subscription_types: "settings",
  tags: "settings; the purge names those with the contact's id or address",
  teams: "settings",
  ticket_states: "settings",
  ticket_types: "settings",
};

/** Whether the warehouse has a raw table. */
export type IsThere = (table: PurgedTable) => boolean;

/** Full name of a raw table. */
export type NameOf = (table: PurgedTable) => string;

/** The table in the raw schema that keeps the plan until the purge is through. */
export const planTable = "_purge";

/** A stored table of the raw schema, the marts or the schema below them. */
export type StoredTable = { readonly schema: string; readonly name: string; readonly columns: ReadonlySet<string> };

/** Rows of schema, table and column, a table's rows after each other → the tables. */
export function tablesOf(rows: readonly (readonly unknown[])[]): readonly StoredTable[] {
  const columns = Map.groupBy(rows, ([schema, table]) => JSON.stringify([schema, table]));
  return [...columns.values()].map((ofTable) => ({
    schema: String(ofTable[0]?.[0]),
    name: String(ofTable[0]?.[1]),
    columns: new Set(ofTable.map((row) => String(row[2]))),
  }));
}
