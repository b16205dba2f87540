-- one row per conversation that is a ticket: one that became a customer's ticket, or a ticket that Intercom lists as a conversation
{{ config(cluster_by=['workspace_id', 'conversation_id'], meta={'compares_rows': true, 'logic_version': 3}) }}

with

candidates as (
    select * from {{ ref('int_conversation_ticket_candidates') }}
),

-- A ticket becomes of one conversation, and a conversation becomes one ticket. More of either would count one piece of work twice.
of_tickets as (
    select * from candidates
    where coalesce(ticket_category, 'Customer') = 'Customer' or not is_ever_linked
    qualify
        row_number() over (
            partition by workspace_id, ticket_id order by evidence, created_at, length(conversation_id), conversation_id
        ) = 1
),

-- A ticket that was never loaded may be older or younger. A known ticket comes first.
of_conversations as (
    select * from of_tickets
    where true
    qualify
        row_number() over (
            partition by workspace_id, conversation_id
            order by
                evidence,
                case when ticket_created_at is null then 1 else 0 end,
                ticket_created_at,
                length(ticket_id),
                ticket_id
        ) = 1
),

final as (
    select
        workspace_id,
        conversation_id,
        ticket_id,
        ticket_category,
        -- Public programs read back-office and tracker tickets among the conversations. No customer wrote them.
        coalesce(ticket_category in ('Back-office', 'Tracker'), false) as is_internal,
        is_ticket_deleted,
        is_deleted_with_ticket,
    from of_conversations
)

select * from final
