{{ config(tags=['daily']) }}
-- Customers' work is all conversations that were not merged into another, and customers' tickets without a source conversation. Each piece
-- is counted once. The pairs are taken from the conversations here, and from the tickets in the sum.
with

conversations as (
    select
        workspace_id,
        conversation_id,
        ticket_id,
        is_merged_away,
    from {{ ref('conversation_metrics') }}
),

-- A ticket of unknown category counts as a customer's.
tickets as (
    select * from {{ ref('tickets') }}
    where coalesce(category, 'Customer') = 'Customer'
),

pieces as (
    select workspace_id
    from conversations
    where not is_merged_away
    union all
    select tickets.workspace_id
    from tickets
    left join conversations
        on tickets.workspace_id = conversations.workspace_id and tickets.ticket_id = conversations.ticket_id
    where conversations.conversation_id is null
),

counted as (
    select
        workspace_id,
        count(*) as pieces,
        0 as summed,
    from pieces
    group by workspace_id
    union all
    select
        all_conversations.workspace_id,
        0 as pieces,
        count(*) as summed,
    from {{ ref('conversations') }} as all_conversations
    inner join conversations
        on
            all_conversations.workspace_id = conversations.workspace_id
            and all_conversations.conversation_id = conversations.conversation_id
    where not conversations.is_merged_away
    group by all_conversations.workspace_id
    union all
    select
        workspace_id,
        0 as pieces,
        count(case when source_conversation_id is null then 1 end) as summed,
    from tickets
    group by workspace_id
)

select
    workspace_id,
    sum(pieces) as all_pieces,
    sum(summed) as all_summed,
from counted
group by workspace_id
having sum(pieces) <> sum(summed)
