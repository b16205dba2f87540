import { deletedCtes } from "../deleted-sql.ts";
import { isOfCompleteLoad, type SqlDialect } from "../sql.ts";
import { participantsSql, personCtes, plannedOfPersons } from "./persons-sql.ts";
import type { PlanQuery } from "./store.ts";
import type { NameOf, PurgedTable } from "./tables.ts";

/** Who and what you name, beside what Intercom lists as deleted. */
export type Named = {
  /** Ids or e-mail addresses of contacts. */
  readonly contacts: readonly string[];
  /** Ids of conversations. */
  readonly conversations: readonly string[];
};

/**
 * The plan of a purge, a relation of kind, workspace_id, id, is_alive. A `conversation` or `contact` is to go (`is_alive`:
 * Intercom does not say that it is deleted). An `address` is such a contact's, in lower case. A `distinct_id` is a name by
 * which PostHog may know such a contact. The plan has all conversations that Intercom lists as deleted, and what belongs to
 * the named contacts and conversations.
 *
 * A 404 alone is no deletion here: what a purge removes is gone for good. The models leave such a conversation out, and
 * show it again when it comes back.
 * @param unfinished a relation with the plan of a purge that was stopped
 */
export function planQuery(dialect: SqlDialect, raw: NameOf, named: Named, unfinished: string | undefined): PlanQuery {
  const { contacts, conversations } = named;
  const isWithContacts = contacts.length > 0;
  const counted = (table: PurgedTable): string => `${raw(table)} where ${isOfCompleteLoad(raw("_loads"))}`;
  const planned = [
    "select 'conversation' as kind, workspace_id, id, false as is_alive from deleted",
    ...(isWithContacts ? plannedOfPersons : []),
    ...(conversations.length > 0 ? [plannedById(dialect, raw, conversations)] : []),
    ...(unfinished === undefined ? [] : [`select kind, workspace_id, id, is_alive from ${unfinished}`]),
  ];
  const plan = (participants: string): string => {
    const persons = isWithContacts ? personCtes(dialect, raw, contacts, participants) : [];
    // What was alive when a purge was stopped may have been deleted since.
    return `with ${[deletedCtes(counted, "listed"), ...persons].join(",\n")}
    select kind, workspace_id, id, min(case when is_alive then 1 else 0 end) = 1 as is_alive
    from (${planned.join("\nunion all\n")}) as planned where id is not null group by kind, workspace_id, id`;
  };
  return { participants: isWithContacts ? participantsSql(dialect, raw) : [], plan };
}

/** Conversations that are named by id, in every workspace that has something of them. */
function plannedById({ text }: SqlDialect, raw: NameOf, ids: readonly string[]): string {
  const among = ids.map(text).join(", ");
  const stored = (table: PurgedTable, column: string, condition = "true"): string =>
    `select _workspace_id as workspace_id, ${column} as id from ${raw(table)} where ${column} in (${among}) and ${condition}`;
  const everywhere = [
    stored("conversations", "id"),
    stored("conversation_parts", "conversation_id"),
    stored("deleted_conversations", "id"),
    stored("_rejected", "record_id", "stream = 'conversations'"),
  ];
  return `select 'conversation', named.workspace_id, named.id, deleted.id is null
    from (${everywhere.join("\nunion distinct\n")}) as named
    left join deleted on deleted.workspace_id = named.workspace_id and deleted.id = named.id`;
}
