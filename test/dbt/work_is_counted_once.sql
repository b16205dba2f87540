-- Conversations and tickets without a source conversation are all the work that there is, and each is counted once. The pairs are
-- taken from the conversations here, and from the tickets in the sum.
with

conversations as (
    select
        metrics.workspace_id,
        metrics.conversation_id,
        metrics.ticket_id,
    from {{ ref('conversation_metrics') }} as metrics
),

tickets as (
    select * from {{ ref('tickets') }}
),

pieces as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        tickets.ticket_id,
    from conversations
    left join tickets
        on conversations.workspace_id = tickets.workspace_id and conversations.ticket_id = tickets.ticket_id
    union all
    select
        tickets.workspace_id,
        conversations.conversation_id,
        tickets.ticket_id,
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
        workspace_id,
        0 as pieces,
        count(*) as summed,
    from {{ ref('conversations') }}
    group by workspace_id
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
