/** How raw tables are described, and the columns that they have in common. */

export type ColumnType = "text" | "timestamp" | "integer" | "boolean" | "json";

export type Column = { readonly name: string; readonly type: ColumnType; readonly description: string };

export type RawTable = {
  readonly name: RawTableName;
  readonly description: string;
  readonly columns: readonly Column[];
  /** The columns that rows are looked up by (BigQuery clusters by them). */
  readonly clusterBy: readonly string[];
  /** Intercom's name for one of the objects, where a tombstone records that one is gone. */
  readonly objectType?: string;
  /** The column with the record that an entry belongs to, where ids are unique only within it. */
  readonly owner?: string;
};

export type RawTableName =
  | "conversations"
  | "conversation_parts"
  | "contacts"
  | "companies"
  | "admins"
  | "teams"
  | "tags"
  | "segments"
  | "office_hours_schedules"
  | "deleted_conversations"
  | "tickets"
  | "ticket_parts"
  | "ticket_types"
  | "ticket_states"
  | "conversation_attributes"
  | "data_attributes"
  | "articles"
  | "collections"
  | "help_centers"
  | "subscription_types"
  | "away_status_reasons"
  | "calls"
  | "activity_logs"
  | "contact_notes"
  | "contact_segments"
  | "company_notes"
  | "company_segments"
  | "handling_events"
  | "side_conversations"
  | "_rejected"
  | "_loads"
  | "_activations"
  | "_runs"
  | "_purged";

/** A row of a load: its keys are the table's columns. */
export type RawRow = Readonly<Record<string, unknown>>;

export const text = (name: string, description: string): Column => ({ name, type: "text", description });
export const timestamp = (name: string, description: string): Column => ({ name, type: "timestamp", description });
export const boolean = (name: string, description: string): Column => ({ name, type: "boolean", description });
export const json = (name: string, description: string): Column => ({ name, type: "json", description });
export const integer = (name: string, description: string): Column => ({ name, type: "integer", description });

export const id = text("id", "Intercom's id, as text: ids exceed 2^53.");
export const createdAt = timestamp("created_at", "When Intercom says it was created (UTC).");
export const updatedAt = timestamp("updated_at", "When Intercom says it last changed (UTC).");
export const bodyText = text("body_text", "The HTML body as plain text; null when there is none.");
export const payload = json("payload", "The record as Intercom sent it.");
const payloadHash = text(
  "_payload_hash",
  "Start of the SHA-256 of the record as the list has it, for some streams with the day. A record with the same hash is not stored again. It begins with `incomplete-` where the record is not stored whole.",
);

export const provenance: readonly Column[] = [
  text("_workspace_id", "The workspace (`app.id_code` of GET /me) that the row came from."),
  text("_load_id", "The load that brought the row. The row counts only when `_loads` has this load."),
  timestamp("_fetched_at", "Intercom's clock when the record was asked for, rounded down (UTC)."),
  timestamp("_loaded_at", "When the load was written (UTC)."),
];

/** A table of a list that Intercom gives whole each time: it stores changed records, and a tombstone for each missing one. */
export const snapshotTable = (name: RawTableName, objectType: string, description: string): RawTable => ({
  name,
  objectType,
  description,
  columns: [id, createdAt, updatedAt, payload, payloadHash, ...provenance],
  clusterBy: ["id"],
});

/**
 * A table of lists that belong to one record each, as a contact's notes. A record's list is read whole: the table stores what
 * changed in it, and a tombstone for each missing entry.
 * @param owner the column with the record's id
 */
export const listsTable = (name: RawTableName, owner: string, objectType: string, description: string): RawTable => ({
  name,
  objectType,
  owner,
  description,
  columns: [
    id,
    text(owner, "The record that the entry belongs to."),
    createdAt,
    updatedAt,
    payload,
    payloadHash,
    ...provenance,
  ],
  clusterBy: [owner, "id"],
});
