import type { SqlDialect } from "../sql.ts";
import { isOf, isPlanned, isToldOf } from "./planned-sql.ts";
import type { Removal } from "./store.ts";
import type { NameOf, PurgedTable, StoredTable } from "./tables.ts";
import { eachAddress, eachQuoted } from "./texts-sql.ts";

/** A removal but for its schema and statement. */
export type RawRemoval = Pick<Removal, "assignments" | "where"> & { readonly table: PurgedTable };

/** The reason of a row whose content was purged. */
export const purged = "purged";

/** What Intercom says of a deleted conversation, by its published description. There should be nothing else. */
const plainFields =
  '"(type|object|id|noticed_by)":"[^"]*"|"(metrics_retained|deleted)":(true|false)|"deleted_at":[0-9]+|[{},: ]|null';

/** The columns of built tables by which a contact is found. */
const contactColumns = ["contact_id", "customer_id", "tagged_id"];

/** What goes of the raw tables. Tables through which other rows are found come after those rows; `_activations` comes last. */
export function rawRemovals(dialect: SqlDialect, raw: NameOf, plan: string): readonly RawRemoval[] {
  const contact = (which: string): string =>
    isPlanned(plan, "contact", "each_row._workspace_id", "each_row.id", `and ${which}`);
  const isTombstone = `coalesce(${dialect.jsonText("each_row.payload", "$.deleted")}, '') = 'true'`;
  return [
    {
      table: "_rejected",
      assignments: `payload = null, reason = '${purged}'`,
      where: `each_row.reason <> '${purged}' and (${isRejectedOf(dialect, raw, plan)})`,
    },
    { table: "conversation_parts", assignments: undefined, where: isOf(plan, "each_row.conversation_id") },
    { table: "conversations", assignments: undefined, where: isOf(plan, "each_row.id") },
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
      assignments: `distinct_id = null, reason = '${purged}'`,
      where: `coalesce(each_row.reason, '') <> '${purged}' and (${isToldOf(plan)})`,
    },
  ];
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
 * conversation, only its load. So it goes with every planned conversation of the same load.
 */
function isRejectedOf(dialect: SqlDialect, raw: NameOf, plan: string): string {
  const whole = (row: string): string => `coalesce(${dialect.jsonWhole(`${row}.payload`)}, '')`;
  // Records without an id are told apart by their content.
  const key = (row: string): string =>
    `concat(${row}._load_id, '/', ${row}.stream, '/', coalesce(${row}.record_id, ''), '/', ${whole(row)})`;
  const isSameWorkspace = "planned.workspace_id = rejected._workspace_id";
  const found = (relations: string, condition: string): string =>
    `select ${key("rejected")} from ${raw("_rejected")} as rejected ${relations}
       inner join ${plan} as planned on ${condition} where rejected.reason <> '${purged}'`;
  const ids = `cross join ${eachQuoted(dialect, whole("rejected"), "quoted_text")}`;
  const addresses = `cross join ${eachAddress(dialect, whole("rejected"), "address")}`;
  return `${key("each_row")} in (
        ${found("", `${isSameWorkspace} and rejected.record_id = planned.id and rejected.stream = concat(planned.kind, 's')`)}
        union all
        ${found(ids, `${isSameWorkspace} and planned.kind in ('conversation', 'contact') and quoted_text = concat('"', planned.id, '"')`)}
        union all
        ${found(addresses, `planned.kind = 'address' and address = planned.id`)}
      ) or (each_row.stream = 'conversation_parts' and each_row._load_id in (
        select loaded._load_id from ${raw("conversations")} as loaded
        where ${isPlanned(plan, "conversation", "loaded._workspace_id", "loaded.id")}
      ))`;
}

/** The condition by which rows of a table that dbt built go; undefined when the table has nothing to find them by. */
export function isBuiltOf(raw: NameOf, plan: string, { columns }: StoredTable): string | undefined {
  // A list of deletions has ids alone, and nothing comes back by it.
  if (columns.has("known_deleted_at")) return undefined;
  const workspace = columns.has("workspace_id") ? "each_row.workspace_id" : undefined;
  // A row that names its conversation goes with the conversation alone. Its contact may be somebody else, who is planned
  // because of another conversation.
  if (columns.has("conversation_id")) return isPlanned(plan, "conversation", workspace, "each_row.conversation_id");
  if (columns.has("conversation_part_id"))
    return `each_row.conversation_part_id in (
           select parts.id from ${raw("conversation_parts")} as parts
           where ${isPlanned(plan, "conversation", "parts._workspace_id", "parts.conversation_id")}
         )`;
  // The row of a contact that is gone from Intercom has nothing but its id: a full build would have it, too.
  const isKept = columns.has("is_deleted") ? " and not each_row.is_deleted" : "";
  const conditions = contactColumns
    .filter((column) => columns.has(column))
    .map((column) => `(${isPlanned(plan, "contact", workspace, `each_row.${column}`)}${isKept})`);
  return conditions.length === 0 ? undefined : conditions.join(" or ");
}
