import { purgedReason, type SqlDialect } from "../sql.ts";
import { isCopy, keptTables } from "./kept-sql.ts";
import { isOf, isPlanned, isToldOf, type PlannedKind } from "./planned-sql.ts";
import type { Removal } from "./store.ts";
import type { IsThere, NameOf, PurgedTable, StoredTable } from "./tables.ts";
import { eachAddress, eachQuoted } from "./texts-sql.ts";

/** A removal without its schema and statement. */
export type RawRemoval = Pick<Removal, "assignments" | "where"> & { readonly table: PurgedTable };

/** What Intercom says of a deleted conversation, by its published description. There should be nothing else. */
const plainFields =
  '"(type|object|id|noticed_by)":"[^"]*"|"(metrics_retained|deleted)":(true|false)|"deleted_at":[0-9]+|[{},: ]|null';

/** The raw tables whose rows belong to one record each, and the column with its id. */
const dependentTables: readonly { readonly table: PurgedTable; readonly of: PlannedKind; readonly by: string }[] = [
  { table: "contact_notes", of: "contact", by: "contact_id" },
  { table: "contact_segments", of: "contact", by: "contact_id" },
  { table: "side_conversations", of: "conversation", by: "conversation_id" },
  { table: "handling_events", of: "conversation", by: "conversation_id" },
  { table: "ticket_parts", of: "ticket", by: "ticket_id" },
];

/**
 * A built table with one of these columns has ids alone, which stay: a list of deletions, by which nothing comes back, or the
 * links that a tracker keeps.
 */
export const columnsOfIds = ["known_deleted_at", "is_listed_by_ticket", "link_loaded_at"];

/** The columns of built tables by which rows of conversations and tickets are found. */
const recordColumns: readonly { readonly column: string; readonly of: "conversation" | "ticket" }[] = [
  { column: "conversation_id", of: "conversation" },
  { column: "ticket_id", of: "ticket" },
  { column: "tracker_ticket_id", of: "ticket" },
  { column: "own_ticket_id", of: "ticket" },
  { column: "customer_ticket_id", of: "ticket" },
];

/** What built tables of tickets say of a ticket's contact, beside the id. */
const contactTexts = ["contact_email", "contact_name"];

/** The columns of built tables by which a contact is found. */
const contactColumns = ["contact_id", "customer_id", "tagged_id"];

/** What goes of the raw tables. Tables through which other rows are found come after those rows; `_activations` comes last. */
export function rawRemovals(dialect: SqlDialect, raw: NameOf, isThere: IsThere, plan: string): readonly RawRemoval[] {
  const planned = (kind: PlannedKind, id: string, which = ""): string =>
    isPlanned(plan, kind, "each_row._workspace_id", id, which);
  const contact = (which: string): string =>
    isPlanned(plan, "contact", "each_row._workspace_id", "each_row.id", `and ${which}`);
  // Texts beside a record that stays have no copy.
  const orKept = (table: PurgedTable): string => {
    if (table === "side_conversations") return `or ${planned("kept conversation", "each_row.conversation_id")}`;
    const kept = keptTables.find((each) => each.table === table);
    if (kept === undefined) return "";
    return `or (${planned(kept.kind, `each_row.${kept.by}`)} and not (${isCopy(raw, "each_row")}))`;
  };
  const isTombstone = `coalesce(${dialect.jsonText("each_row.payload", "$.deleted")}, '') = 'true'`;
  return [
    {
      table: "_rejected",
      assignments: `payload = null, reason = '${purgedReason}'`,
      where: `each_row.reason <> '${purgedReason}'
        and (${planned("load", "each_row._load_id")} or ${isRejectedOf(dialect, raw, isThere, plan)})`,
    },
    {
      table: "conversation_parts",
      assignments: undefined,
      where: `${isOf(plan, "each_row.conversation_id")} ${orKept("conversation_parts")}`,
    },
    {
      table: "conversations",
      assignments: undefined,
      where: `${isOf(plan, "each_row.id")} ${orKept("conversations")}`,
    },
    ...dependentTables.map(({ table, of, by }) => ({
      table,
      assignments: undefined,
      where: `${planned(of, `each_row.${by}`)} ${orKept(table)}`,
    })),
    {
      table: "tickets",
      assignments: undefined,
      // As of a deleted contact: the tombstone has the id alone.
      where: `${planned("ticket", "each_row.id", "and is_alive")}
        or (${planned("ticket", "each_row.id", "and not is_alive")} and not coalesce(each_row.is_deleted, false))
        ${orKept("tickets")}`,
    },
    {
      table: "calls",
      assignments: undefined,
      where: `(not ${isTombstone} and (${isCallOf(dialect, raw, plan)} or ${planned("call", "each_row.id")})) ${orKept("calls")}`,
    },
    {
      table: "contacts",
      assignments: undefined,
      // A deleted contact keeps its tombstone: it has the id alone, and a full build would miss it.
      where: `${contact("is_alive")} or (${contact("not is_alive")} and not ${isTombstone})`,
    },
    deletedConversations(dialect, plan),
    {
      table: "_activations",
      // The row stays, so that no event is sent twice; the person's name in it goes.
      assignments: `distinct_id = null, reason = '${purgedReason}'`,
      where: `coalesce(each_row.reason, '') <> '${purgedReason}' and (${isToldOf(plan)})`,
    },
  ];
}

/** Whether any stored version of the call `each_row` names a conversation or contact of the plan. */
export function isCallOf({ jsonText }: SqlDialect, raw: NameOf, plan: string): string {
  const of = (kind: PlannedKind): string =>
    isPlanned(plan, kind, "versions._workspace_id", jsonText("versions.payload", `$.${kind}_id`));
  return `concat(each_row._workspace_id, '/', each_row.id) in (
        select concat(versions._workspace_id, '/', versions.id) from ${raw("calls")} as versions
        where ${of("conversation")} or ${of("contact")}
      )`;
}

/** The id stays, so that nothing brings the conversation back; whatever Intercom does not publish goes. */
function deletedConversations({ jsonText, jsonWhole, json, replaced }: SqlDialect, plan: string): RawRemoval {
  const retained = jsonText("each_row.payload", "$.metrics_retained");
  const idAlone = `concat('{"type":"conversation","id":"', each_row.id, '"',
      case when ${retained} in ('true', 'false') then concat(',"metrics_retained":', ${retained}) else '' end, '}')`;
  return {
    table: "deleted_conversations",
    assignments: `payload = ${json(idAlone)}`,
    where: `${isOf(plan, "each_row.id")} and ${replaced(`coalesce(${jsonWhole("each_row.payload")}, '')`, plainFields, "")} <> ''`,
  };
}

/**
 * Rejected records, found by their id, or by an id or address in their content. A rejected part does not say its
 * conversation or ticket, only its load. So it goes with every planned one of the same load. An entry of one record's list has
 * that record's id before its own.
 */
function isRejectedOf(dialect: SqlDialect, raw: NameOf, isThere: IsThere, plan: string): string {
  const whole = (row: string): string => `coalesce(${dialect.jsonWhole(`${row}.payload`)}, '')`;
  // Records without an id are told apart by their content.
  const key = (row: string): string =>
    `concat(${row}._load_id, '/', ${row}.stream, '/', coalesce(${row}.record_id, ''), '/', ${whole(row)})`;
  const isSameWorkspace = "planned.workspace_id = rejected._workspace_id";
  const found = (relations: string, condition: string): string =>
    `select ${key("rejected")} from ${raw("_rejected")} as rejected ${relations}
       inner join ${plan} as planned on ${condition} where rejected.reason <> '${purgedReason}'`;
  const ids = `cross join ${eachQuoted(dialect, whole("rejected"), "quoted_text")}`;
  const ofLoad = (table: "conversations" | "tickets", kind: PlannedKind): string =>
    `each_row.stream = '${kind}_parts' and each_row._load_id in (
        select loaded._load_id from ${raw(table)} as loaded
        where ${isPlanned(plan, kind, "loaded._workspace_id", "loaded.id")}
      )`;
  const isEntryOf = dependentTables
    .filter(({ table }) => table !== "ticket_parts")
    .map(({ table, of }) => `(rejected.stream = '${table}' and planned.kind = '${of}')`)
    .join(" or ");
  const addresses = `cross join ${eachAddress(dialect, whole("rejected"), "address")}`;
  return `${key("each_row")} in (
        ${found("", `${isSameWorkspace} and rejected.record_id = planned.id and rejected.stream = concat(planned.kind, 's')`)}
        union all
        ${found(ids, `${isSameWorkspace} and planned.kind in ('conversation', 'ticket', 'contact') and quoted_text = concat('"', planned.id, '"')`)}
        union all
        ${found("", `${isSameWorkspace} and (${isEntryOf}) and (rejected.record_id = planned.id or starts_with(rejected.record_id, concat(planned.id, '/')))`)}
        union all
        ${found(addresses, `planned.kind = 'address' and address = planned.id`)}
      ) or (${ofLoad("conversations", "conversation")})${isThere("tickets") ? ` or (${ofLoad("tickets", "ticket")})` : ""}`;
}

/** The condition by which rows of a table that dbt built go; undefined when the table has nothing to find them by. */
export function isBuiltOf(raw: NameOf, plan: string, { columns }: StoredTable): string | undefined {
  if (columnsOfIds.some((column) => columns.has(column))) return undefined;
  const workspace = columns.has("workspace_id") ? "each_row.workspace_id" : undefined;
  // A row that names its conversation or ticket goes with that alone. Its contact may be somebody else, who is planned because
  // of another conversation.
  const ofRecords = recordColumns
    .filter(({ column }) => columns.has(column))
    .flatMap(({ column, of }) =>
      ([of, `kept ${of}`] as const).map((kind) => `(${isPlanned(plan, kind, workspace, `each_row.${column}`)})`),
    );
  if (ofRecords.length > 0) return ofRecords.join(" or ");
  if (columns.has("conversation_part_id"))
    return `each_row.conversation_part_id in (
           select parts.id from ${raw("conversation_parts")} as parts
           where ${isPlanned(plan, "conversation", "parts._workspace_id", "parts.conversation_id")}
             or ${isPlanned(plan, "kept conversation", "parts._workspace_id", "parts.conversation_id")}
         )`;
  // The row of a contact that is gone from Intercom has nothing but its id: a full build would have it, too.
  const isKept = columns.has("is_deleted") ? " and not each_row.is_deleted" : "";
  const conditions = contactColumns
    .filter((column) => columns.has(column))
    .map((column) => `(${isPlanned(plan, "contact", workspace, `each_row.${column}`)}${isKept})`);
  return conditions.length === 0 ? undefined : conditions.join(" or ");
}

/**
 * What a built table of tickets loses of a contact whose ticket stays, as a tracker does; undefined when the table has nothing
 * of the kind. The next build would leave it out too, because the contact's own row is gone.
 */
export function contactTextsOf(
  raw: NameOf,
  plan: string,
  table: StoredTable,
): Pick<Removal, "assignments" | "where"> | undefined {
  const { columns } = table;
  const texts = contactTexts.filter((column) => columns.has(column));
  const isOfTickets = recordColumns.some(({ column, of }) => of === "ticket" && columns.has(column));
  if (texts.length === 0 || !isOfTickets) return undefined;
  const workspace = columns.has("workspace_id") ? "each_row.workspace_id" : undefined;
  const isOfContact = [
    ...(columns.has("contact_id") ? [isPlanned(plan, "contact", workspace, "each_row.contact_id")] : []),
    ...(columns.has("contact_email")
      ? [`lower(each_row.contact_email) in (select id from ${plan} where kind = 'address')`]
      : []),
  ];
  return {
    assignments: texts.map((column) => `${column} = null`).join(", "),
    where: `(${texts.map((column) => `each_row.${column} is not null`).join(" or ")})
        and not coalesce(${isBuiltOf(raw, plan, table) ?? "false"}, false) and (${isOfContact.join(" or ")})`,
  };
}
