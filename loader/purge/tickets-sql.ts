import type { SqlDialect } from "../sql.ts";
import type { IsThere, NameOf } from "./tables.ts";

/**
 * Tickets, and the conversations that they are, as common table expressions over `facts`. `tickets_seen` has each ticket once.
 * `one_work` pairs a conversation with the ticket that it became, by the rules of the model int_conversation_tickets, in any
 * stored version. Such a pair has the same words twice, so neither goes without the other.
 */
export function ticketCtes(dialect: SqlDialect, raw: NameOf, isThere: IsThere): readonly string[] {
  const same = (one: string, other: string): string =>
    `${one}.workspace_id = ${other}.workspace_id and ${one}.ticket_id = ${other}.ticket_id`;
  return [
    `tickets_seen as (${isThere("tickets") ? ticketsSeen(dialect, raw) : noTickets(dialect, raw)})`,
    `linked_pairs as (
      select workspace_id, id as conversation_id, other_id as ticket_id from facts where fact = 'linked'
      union distinct
      select workspace_id, other_id, id from facts where fact = 'linked ticket'
    )`,
    `named_pairs as (
      select workspace_id, id as conversation_id, other_id as ticket_id from facts where fact = 'named'
    )`,
    // A conversation is not linked to itself: a back-office ticket that it links to is another record.
    `named_work as (
      select named_pairs.workspace_id, named_pairs.conversation_id, named_pairs.ticket_id from named_pairs
      left join tickets_seen on ${same("named_pairs", "tickets_seen")}
      left join linked_pairs
        on ${same("named_pairs", "linked_pairs")} and named_pairs.conversation_id = linked_pairs.conversation_id
      where linked_pairs.ticket_id is null or not coalesce(tickets_seen.is_internal, false)
    )`,
    `conversations_begun as (
      select _workspace_id as workspace_id, id as conversation_id, min(created_at) as created_at
      from ${raw("conversations")} group by _workspace_id, id
    )`,
    // A customer's ticket that no conversation names was made of the first linked conversation that is as old as the ticket.
    `linked_work as (
      select linked_pairs.workspace_id, linked_pairs.conversation_id, linked_pairs.ticket_id from linked_pairs
      inner join tickets_seen on ${same("linked_pairs", "tickets_seen")}
      inner join conversations_begun
        on linked_pairs.workspace_id = conversations_begun.workspace_id
        and linked_pairs.conversation_id = conversations_begun.conversation_id
      left join named_work on ${same("linked_pairs", "named_work")}
      left join named_pairs
        on linked_pairs.workspace_id = named_pairs.workspace_id
        and linked_pairs.conversation_id = named_pairs.conversation_id
      where tickets_seen.is_customers and named_work.ticket_id is null and named_pairs.ticket_id is null
        and coalesce(conversations_begun.created_at <= tickets_seen.created_at, true)
      qualify row_number() over (
        partition by linked_pairs.workspace_id, linked_pairs.ticket_id
        order by conversations_begun.created_at, length(linked_pairs.conversation_id), linked_pairs.conversation_id
      ) = 1
    )`,
    "one_work as (select * from named_work union distinct select * from linked_work)",
  ];
}

/** What the plan has beside its first records: the conversation of a ticket, and the ticket of a conversation. */
export const plannedOfOneWork: readonly string[] = [
  `select 'ticket' as kind, one_work.workspace_id as workspace_id, one_work.ticket_id as id, not tickets_seen.is_gone as is_alive,
     first_planned.rule as rule
   from one_work
   inner join first_planned
     on first_planned.kind = 'conversation' and first_planned.workspace_id = one_work.workspace_id
     and first_planned.id = one_work.conversation_id
   inner join tickets_seen
     on tickets_seen.workspace_id = one_work.workspace_id and tickets_seen.ticket_id = one_work.ticket_id`,
  `select 'conversation', one_work.workspace_id, one_work.conversation_id, deleted.id is null, first_planned.rule
   from one_work
   inner join first_planned
     on first_planned.kind = 'ticket' and first_planned.workspace_id = one_work.workspace_id
     and first_planned.id = one_work.ticket_id
   left join deleted on deleted.workspace_id = one_work.workspace_id and deleted.id = one_work.conversation_id`,
];

/** Each ticket with the moments of its newest row and tombstone, as a query over rows of `tickets`. */
export function ticketSights(rows: string): string {
  return `select _workspace_id as workspace_id, id as ticket_id,
      max(case when coalesce(is_deleted, false) then null else _fetched_at end) as seen_at,
      max(case when is_deleted then _fetched_at end) as gone_at
    from ${rows} group by _workspace_id, id`;
}

/** A ticket that answered 404 in the second in which it was retrieved is gone: Intercom's clock is rounded down. */
export const isGone = "gone_at is not null and coalesce(gone_at >= seen_at, true)";

function ticketsSeen({ jsonText }: SqlDialect, raw: NameOf): string {
  const category = `lower(coalesce(${jsonText("payload", "$.category")}, ${jsonText("payload", "$.ticket_type.category")}))`;
  const isOf = (pattern: string): string => `max(case when ${category} like '${pattern}' then 1 else 0 end) = 1`;
  return `select sights.workspace_id, sights.ticket_id, ${isGone} as is_gone, created_at,
        is_customers, is_tracker, is_tracker or is_back_office as is_internal
      from (${ticketSights(raw("tickets"))}) as sights
      inner join (
        select _workspace_id as workspace_id, id as ticket_id, min(created_at) as created_at,
          ${isOf("customer%")} as is_customers, ${isOf("back_office%")} as is_back_office, ${isOf("tracker%")} as is_tracker
        from ${raw("tickets")} group by _workspace_id, id
      ) as kinds on kinds.workspace_id = sights.workspace_id and kinds.ticket_id = sights.ticket_id`;
}

function noTickets({ textType }: SqlDialect, raw: NameOf): string {
  return `select cast(null as ${textType}) as workspace_id, cast(null as ${textType}) as ticket_id, false as is_gone,
      created_at, false as is_customers, false as is_tracker, false as is_internal
    from ${raw("conversations")} where false`;
}
