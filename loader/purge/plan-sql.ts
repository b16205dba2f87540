import { deletedCtes } from "../deleted-sql.ts";
import { isOfCompleteLoad, type SqlDialect } from "../sql.ts";
import { type Age, ageCtes, plannedOfAge } from "./ages-sql.ts";
import { factsSql } from "./facts-sql.ts";
import { personCtes, plannedOfPersons } from "./persons-sql.ts";
import type { PlanQuery } from "./store.ts";
import type { IsThere, NameOf, PurgedTable } from "./tables.ts";
import { plannedOfOneWork, ticketCtes } from "./tickets-sql.ts";

/** The plan of a purge that was stopped. An earlier version made it without rules. */
export type Unfinished = { readonly plan: string; readonly hasRules: boolean };

/** Who and what you name, beside what Intercom lists as deleted. */
export type Named = {
  /** Ids or e-mail addresses of contacts, each with the pseudonym that may be stored instead. */
  readonly contacts: readonly (readonly string[])[];
  /** Ids of conversations. */
  readonly conversations: readonly string[];
  /** Ids of tickets, as the API has them. */
  readonly tickets: readonly string[];
  /** What has not changed for so long; undefined where age does not matter. */
  readonly age?: Age | undefined;
};

/**
 * The plan of a purge, a relation of kind, workspace_id, id, is_alive, rule. A `conversation`, `ticket` or `contact` is to go
 * (`is_alive`: Intercom does not say that it is deleted). An `address` is such a contact's, in lower case. A `distinct_id` is a
 * name by which PostHog may know such a contact. A `call` goes for its age, and of a `load` the rejected records. The plan has all conversations that Intercom lists as deleted, and what belongs
 * to the named contacts, conversations and tickets. A conversation and the ticket that it became go together.
 *
 * A 404 alone is no deletion here: what a purge removes is gone for good. The models leave such a conversation or ticket out,
 * and show it again when it comes back.
 */
export function planQuery(
  dialect: SqlDialect,
  raw: NameOf,
  isThere: IsThere,
  named: Named,
  unfinished: Unfinished | undefined,
): PlanQuery {
  const { contacts, conversations, tickets, age } = named;
  const isWithContacts = contacts.length > 0;
  const counted = (table: PurgedTable): string => `${raw(table)} where ${isOfCompleteLoad(raw("_loads"))}`;
  const first = [
    "select 'conversation' as kind, workspace_id, id, false as is_alive, 'deleted in Intercom' as rule from deleted",
    ...(isWithContacts
      ? plannedOfPersons.map((of) => `select of_persons.*, 'of a named contact' from (${of}) as of_persons`)
      : []),
    ...(conversations.length > 0 ? [conversationsById(dialect, raw, conversations)] : []),
    ...(tickets.length > 0 ? [ticketsById(dialect, raw, isThere, tickets)] : []),
    ...(unfinished === undefined ? [] : [plannedBefore(unfinished)]),
  ];
  const plan = (facts: string): string => {
    const ctes = [
      deletedCtes(counted, "listed"),
      `facts as (${facts})`,
      ...ticketCtes(dialect, raw, isThere),
      ...(isWithContacts ? personCtes(dialect, raw, contacts.flat()) : []),
      ...(age === undefined ? [] : ageCtes(dialect, raw, isThere, age)),
      `first_planned as (${first.join("\nunion all\n")})`,
    ];
    const planned = [
      ...plannedOfOneWork,
      "select kind, workspace_id, id, is_alive, rule from first_planned",
      ...(age === undefined ? [] : plannedOfAge(dialect, raw, isThere, age)),
    ];
    // What was alive when a purge was stopped may have been deleted since.
    return `with ${ctes.join(",\n")}
    select kind, workspace_id, id, min(case when is_alive then 1 else 0 end) = 1 as is_alive, min(rule) as rule
    from (${planned.join("\nunion all\n")}) as planned where id is not null group by kind, workspace_id, id`;
  };
  return { facts: factsSql(dialect, raw, isThere, isWithContacts), plan };
}

function plannedBefore({ plan, hasRules }: Unfinished): string {
  return `select kind, workspace_id, id, is_alive, ${hasRules ? "rule" : "'planned by an earlier version'"} from ${plan}`;
}

/** Conversations that are named by id, in every workspace that has something of them. */
function conversationsById(dialect: SqlDialect, raw: NameOf, ids: readonly string[]): string {
  const everywhere = [
    stored(dialect, raw("conversations"), "id", ids),
    stored(dialect, raw("conversation_parts"), "conversation_id", ids),
    stored(dialect, raw("deleted_conversations"), "id", ids),
    stored(dialect, raw("_rejected"), "record_id", ids, "stream = 'conversations'"),
  ];
  return `select 'conversation', named.workspace_id, named.id, deleted.id is null, 'named'
    from (${everywhere.join("\nunion distinct\n")}) as named
    left join deleted on deleted.workspace_id = named.workspace_id and deleted.id = named.id`;
}

/** Tickets that are named by id, likewise. */
function ticketsById(dialect: SqlDialect, raw: NameOf, isThere: IsThere, ids: readonly string[]): string {
  const everywhere = [
    ...(isThere("tickets") ? [stored(dialect, raw("tickets"), "id", ids)] : []),
    ...(isThere("ticket_parts") ? [stored(dialect, raw("ticket_parts"), "ticket_id", ids)] : []),
    stored(dialect, raw("_rejected"), "record_id", ids, "stream = 'tickets'"),
  ];
  return `select 'ticket', named.workspace_id, named.id, not coalesce(tickets_seen.is_gone, false), 'named'
    from (${everywhere.join("\nunion distinct\n")}) as named
    left join tickets_seen on tickets_seen.workspace_id = named.workspace_id and tickets_seen.ticket_id = named.id`;
}

function stored(
  { text }: SqlDialect,
  table: string,
  column: string,
  ids: readonly string[],
  condition = "true",
): string {
  return `select _workspace_id as workspace_id, ${column} as id from ${table} where ${column} in (${ids.map(text).join(", ")}) and ${condition}`;
}
