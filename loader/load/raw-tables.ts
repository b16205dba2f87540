import {
  bodyText,
  boolean,
  createdAt,
  id,
  integer,
  json,
  listsTable,
  payload,
  provenance,
  type RawTable,
  type RawTableName,
  snapshotTable,
  text,
  timestamp,
  updatedAt,
} from "./raw-table.ts";

export type { Column, ColumnType, RawRow, RawTable, RawTableName } from "./raw-table.ts";

/**
 * The raw tables that every warehouse holds.
 *
 * Rows are appended and never changed. The latest row of an id has the greatest (updated_at, _fetched_at). A row counts
 * only when `_loads` has its `_load_id`.
 */

export const rawTables: readonly RawTable[] = [
  {
    name: "conversations",
    description: "Conversations as retrieved. Their parts are in `conversation_parts`.",
    columns: [
      id,
      createdAt,
      updatedAt,
      text("state", "open, closed or snoozed."),
      bodyText,
      payload,
      json("monitor_evaluations", "What QA monitors found, as the search gave it; null when it gave none."),
      json("scorecards", "Scores of QA scorecards, as the search gave them; null when it gave none."),
      ...provenance,
    ],
    clusterBy: ["id"],
  },
  {
    name: "conversation_parts",
    description: "Every part of every thread retrieved: messages, notes, assignments, closes, events.",
    columns: [
      id,
      text("conversation_id", "The conversation that the part belongs to."),
      createdAt,
      updatedAt,
      text("part_type", "comment, note, close, open, assignment, …"),
      bodyText,
      payload,
      ...provenance,
    ],
    clusterBy: ["conversation_id", "id"],
  },
  snapshotTable(
    "contacts",
    "contact",
    "Users and leads. `companies.data` in the payload is complete: Intercom itself cuts it at 10.",
  ),
  snapshotTable("companies", "company", "Companies, with and without users."),
  snapshotTable("admins", "admin", "Teammates with access to the workspace."),
  snapshotTable("teams", "team", "Teams of teammates."),
  snapshotTable("tags", "tag", "Tags defined in the workspace."),
  snapshotTable("segments", "segment", "Segments of contacts."),
  snapshotTable(
    "office_hours_schedules",
    "office_hours_schedule",
    "Office hours; the exceptions of each are in its payload as `office_hours_exceptions`.",
  ),
  {
    name: "deleted_conversations",
    description: "Conversations that Intercom lists as deleted, and those whose thread answered 404.",
    columns: [
      id,
      timestamp("deleted_at", "When the conversation was deleted (UTC); null when only a 404 says so."),
      payload,
      ...provenance,
    ],
    clusterBy: ["id"],
  },
  {
    name: "tickets",
    description: "Tickets as found or retrieved. Their parts are in `ticket_parts`.",
    columns: [
      id,
      createdAt,
      updatedAt,
      text("state_category", "submitted, in_progress, waiting_on_customer or resolved."),
      text("body_text", "The ticket's description as plain text; null when there is none."),
      boolean("is_deleted", "Whether the row is a tombstone: Intercom no longer has the ticket."),
      payload,
      ...provenance,
    ],
    clusterBy: ["id"],
  },
  {
    name: "ticket_parts",
    description: "Every part of every ticket found or retrieved: messages, notes, changes of state and attributes.",
    columns: [
      id,
      text("ticket_id", "The ticket that the part belongs to, by the API's id."),
      createdAt,
      updatedAt,
      text("part_type", "comment, note, ticket_state_updated_by_admin, assignment, …"),
      bodyText,
      payload,
      ...provenance,
    ],
    clusterBy: ["ticket_id", "id"],
  },
  snapshotTable("ticket_types", "ticket_type", "Types of tickets, with the attributes of each."),
  snapshotTable(
    "ticket_states",
    "ticket_state",
    "States of tickets: the workspace's own labels, each in one of four categories.",
  ),
  snapshotTable(
    "conversation_attributes",
    "conversation_attribute",
    "Definitions of conversations' attributes, archived ones too.",
  ),
  snapshotTable(
    "data_attributes",
    "data_attribute",
    "Definitions of contacts' and companies' attributes, archived ones too. The id is the model and the attribute's full name. Of two attributes with one full name, the one that is not archived is stored.",
  ),
  snapshotTable("articles", "article", "Articles of the help centers, with `statistics`."),
  snapshotTable("collections", "collection", "Collections and sections of articles."),
  snapshotTable("help_centers", "help_center", "Help centers."),
  snapshotTable("subscription_types", "subscription", "Types of messages that contacts can subscribe to."),
  snapshotTable("away_status_reasons", "away_status_reason", "Reasons that teammates give for being away."),
  snapshotTable("calls", "call", "Calls, with `transcript` where Intercom has one. On demand."),
  snapshotTable(
    "activity_logs",
    "activity_log",
    "What teammates changed in the workspace. On demand, without IP addresses.",
  ),
  listsTable("contact_notes", "contact_id", "note", "Notes on contacts. On demand."),
  listsTable("contact_segments", "contact_id", "segment", "The segments that each contact is in. On demand."),
  listsTable("company_notes", "company_id", "note", "Notes on companies. On demand."),
  listsTable("company_segments", "company_id", "segment", "The segments that each company is in. On demand."),
  listsTable(
    "handling_events",
    "conversation_id",
    "handling_event",
    "When teammates paused and resumed their work on a conversation. The id is the place in the list. On demand.",
  ),
  listsTable(
    "side_conversations",
    "conversation_id",
    "side_conversation",
    "What teammates wrote beside a conversation. On demand.",
  ),
  {
    name: "_rejected",
    description: "Records that Intercom sent and that cannot be stored in their own table.",
    columns: [
      text("stream", "The stream that the record came in."),
      text(
        "record_id",
        "The record's id, when it has one. An entry of a record's list has that record's id and a slash before its own id.",
      ),
      text("reason", "What is wrong with the record."),
      payload,
      ...provenance,
    ],
    clusterBy: ["stream", "record_id"],
  },
  {
    name: "_loads",
    description: "One row per finished load and stream, written with or after the rows of the load.",
    columns: [
      text("_load_id", "The load."),
      text("_workspace_id", "The workspace."),
      text("run_id", "The run of the loader that made it."),
      text("stream", "The stream, which is also the name of the raw table."),
      timestamp(
        "range_from",
        "Start of the range that the run was asked to cover (conversations, tickets, and lists that belong to conversations).",
      ),
      timestamp("window_from", "First second of `updated_at` that the load covers; null when it covers none."),
      timestamp(
        "window_to",
        "Last second of `updated_at` that the load covers, inclusive. Of lists that belong to conversations: the lists of all that were fetched until then are read.",
      ),
      timestamp(
        "settled_to",
        "The window is complete up to here. Updates after this moment may still reach Intercom's search late.",
      ),
      integer("row_count", "Rows of the load in the stream's table."),
      integer("rejected_count", "Records of the stream that went to `_rejected` instead."),
      integer(
        "unseen_count",
        "Records that Intercom counts but does not show. The loader trusts the list, not the count.",
      ),
      text(
        "modes",
        "What was stored of people and of what they write (docs/privacy.md), with a sign of the key; null where everything was.",
      ),
      text("status", "complete: every row of the load is stored. Rows of other loads are ignored."),
      timestamp("_loaded_at", "When the load was written (UTC)."),
    ],
    clusterBy: ["stream"],
  },
  {
    name: "_activations",
    description:
      "What became of each closed ticket in each destination: one row per step. The newest step is the ticket's state.",
    columns: [
      text("destination", "posthog or attio."),
      text("target", "The project, or the workspace and the kind of record."),
      text("event_uuid", "The event, as in the mart `support_ticket_closed`."),
      integer("step", "1, 2, 3 …: the greatest step has the event's state."),
      text("state", "planned, sent, confirmed, waiting or rejected."),
      text("conversation_id", "The conversation; null for a company's group properties."),
      text(
        "distinct_id",
        "The person in PostHog, or Attio's id of the person with the note: fixed when the event was first sent.",
      ),
      timestamp("event_at", "The timestamp that is sent with the event: fixed when the event was first sent (UTC)."),
      text("payload_hash", "Hash of the sent content."),
      text("sent_id", "The destination's own id of the record, once known."),
      text("reason", "Why the event is waiting or rejected."),
      text("_workspace_id", "The workspace that the conversation is in."),
      timestamp("_loaded_at", "When the step was written (UTC)."),
    ],
    clusterBy: ["destination", "target", "event_uuid"],
  },
  {
    name: "_runs",
    description:
      "One row per command that writes into the warehouse, written when the command ends. A command that is killed has none.",
    columns: [
      text("run_id", "The run, as `_loads` and the log name it."),
      text("_workspace_id", "The workspace of a sync; null where the command concerns all, or ended before it knew."),
      text("command", "sync, replay, purge, activate posthog or activate attio."),
      text("flags", "Names of the flags that were given, without their values; separated by commas."),
      timestamp("started_at", "When the command began (UTC)."),
      timestamp("ended_at", "When the command ended (UTC)."),
      integer("exit_code", "What the command told the shell (docs/runbook.md)."),
      text("error_kind", "The kind of error that ended the command; null without one."),
      integer("row_count", "Rows that a sync or replay stored, or tickets that an activation sent; null of a purge."),
      integer("rejected_count", "Records or tickets that were rejected; null of a purge."),
      integer("request_count", "Requests to Intercom; null of other commands than sync."),
      text("loader_version", "This project's version."),
      text("node_version", "The version of Node.js."),
      timestamp("_loaded_at", "When the row was written (UTC)."),
    ],
    clusterBy: ["command"],
  },
  {
    name: "_purged",
    description:
      "What purges have removed, without names or ids: one row per purge, and one per record. By it, no sync stores what has not changed since.",
    columns: [
      text("record", "conversation, ticket or contact; purge for the purge as a whole."),
      text(
        "id_hash",
        "The record's id as a hash: see `recordHash` (loader/record-hash.ts). Null for the purge as a whole.",
      ),
      text("rule", "Why it went."),
      timestamp("updated_at", "When Intercom says that the record last changed (UTC); null for the purge as a whole."),
      integer("row_count", "Rows that the purge removed or emptied; null for a record."),
      text("run_id", "The purge."),
      text("_workspace_id", "The workspace of the record; null for the purge as a whole."),
      timestamp("_loaded_at", "When the purge began (UTC)."),
    ],
    clusterBy: ["record", "id_hash"],
  },
];

/** A table's definition. */
export function rawTable(name: RawTableName): RawTable {
  const table = rawTables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`no raw table is named ${name}`);
  return table;
}
