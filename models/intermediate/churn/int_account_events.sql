-- one row per account and dated event of one of its tickets, with the last day on which the event held

-- What reads these rows asks for days before the last known one alone. So it is built again when such a day changes, or the last known day.
-- depends_on: {{ ref('int_churn_cutoffs') }}
{{ config(
    materialized='versioned_incremental',
    meta={
        'follows': 'int_conversation_metric_inputs',
        'settled_by': {
            'model': 'int_churn_cutoffs', 'column': 'support_known_until_on', 'began': 'happened_on', 'ended': 'held_until_on',
        },
    },
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set zone = reporting_time_zone() %}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_metric_inputs')) }}
),

account_conversations as (
    {{ changed_rows(ref('int_account_conversations'), months, month='created_at') }}
),

facts as (
    {{ changed_rows(ref('int_conversation_facts'), months) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

spells as (
    {{ changed_rows(ref('int_conversation_spells'), months) }}
),

merged as (
    select * from {{ ref('int_conversation_merges') }}
),

tickets as (
    select * from account_conversations
    where is_ticket
),

messages as (
    select
        workspace_id,
        conversation_id,
        'customer_message' as kind,
        {{ as_int("null") }} as value,
        happened_at,
        cast(null as timestamp) as held_until_at,
    from events
    where is_message and author_kind = 'customer'
),

-- A ticket is open from an opening to the next close, and resolved from a close to the next opening.
states as (
    select
        workspace_id,
        conversation_id,
        is_reopening,
        opened_at,
        closed_at,
        is_close_dated,
        lead(opened_at) over (partition by workspace_id, conversation_id order by spell_number) as next_opened_at,
    from spells
),

openings as (
    select
        workspace_id,
        conversation_id,
        'open' as kind,
        {{ as_int("null") }} as value,
        opened_at as happened_at,
        closed_at as held_until_at,
    from states
),

reopenings as (
    select
        workspace_id,
        conversation_id,
        'reopening' as kind,
        {{ as_int("null") }} as value,
        opened_at as happened_at,
        cast(null as timestamp) as held_until_at,
    from states
    where is_reopening
),

resolutions as (
    select
        states.workspace_id,
        states.conversation_id,
        'resolution' as kind,
        {{ as_int("null") }} as value,
        states.closed_at as happened_at,
        -- A close that was undone counts as a resolution until the reopening.
        states.next_opened_at as held_until_at,
    from states
    -- A close without a known time is left out, because its resolution has no known length.
    where states.closed_at is not null and states.is_close_dated
),

first_replies as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        'first_reply' as kind,
        {{ as_int("null") }} as value,
        -- What was said before the customer's first message is no reply.
        case
            when conversations.opened_by = 'customer' then facts.first_reply_at
            else facts.first_reply_after_customer_at
        end as happened_at,
        cast(null as timestamp) as held_until_at,
    from conversations
    inner join facts
        on conversations.workspace_id = facts.workspace_id and conversations.conversation_id = facts.conversation_id
),

-- From the bot's first answer until a human answers.
bot_answers as (
    select
        workspace_id,
        conversation_id,
        'bot_only' as kind,
        {{ as_int("null") }} as value,
        first_bot_reply_at as happened_at,
        first_reply_at as held_until_at,
    from facts
    where
        first_bot_reply_at is not null
        -- Where parts were never shown, a human may have answered in one of them.
        and (first_reply_at > first_bot_reply_at or (first_reply_at is null and not is_partly_unseen))
),

ratings as (
    select
        workspace_id,
        conversation_id,
        'rating' as kind,
        rating as value,
        rating_answered_at as happened_at,
        cast(null as timestamp) as held_until_at,
    from conversations
    where rating is not null and rating_answered_at is not null
),

beginnings as (
    select distinct
        workspace_id,
        conversation_id,
        'ticket' as kind,
        {{ as_int("null") }} as value,
        ticket_at as happened_at,
        cast(null as timestamp) as held_until_at,
    from tickets
),

happenings as (
    select * from beginnings
    {%- for other in ['messages', 'openings', 'reopenings', 'resolutions', 'first_replies', 'bot_answers', 'ratings'] %}
        union all
        select * from {{ other }}
    {%- endfor %}
),

-- Once a ticket is merged into another, it is no ticket of its own. What the customer wrote in it still counts.
with_merges as (
    select
        happenings.*,
        case when happenings.kind not in ('customer_message', 'rating') then merged.merged_at end as merged_at,
    from happenings
    left join merged
        on happenings.workspace_id = merged.workspace_id and happenings.conversation_id = merged.conversation_id
),

dated as (
    select
        tickets.account_id,
        tickets.workspace_id,
        tickets.conversation_id,
        with_merges.kind,
        case
            when with_merges.kind in ('first_reply', 'resolution') then {{ secs_between('tickets.ticket_at', 'with_merges.happened_at') }}
            else with_merges.value
        end as value,
        -- A conversation that a campaign opened was open before it was a ticket.
        {{ local_date('greatest(with_merges.happened_at, tickets.ticket_at)', zone) }} as happened_on,
        -- The last day at whose beginning the event held: an event that ended during a day still held at its midnight.
        {{ local_date(
            earlier_of('with_merges.held_until_at', earlier_of('tickets.excluded_at', 'with_merges.merged_at')), zone
        ) }} as held_until_on,
        tickets.created_at as conversation_created_at,
    from tickets
    inner join with_merges
        on
            tickets.workspace_id = with_merges.workspace_id
            and tickets.conversation_id = with_merges.conversation_id
    where
        with_merges.happened_at >= tickets.ticket_at
        or (with_merges.kind = 'open' and coalesce(with_merges.held_until_at > tickets.ticket_at, true))
),

-- An event after the ticket was excluded never held.
final as (
    select * from dated
    where coalesce(held_until_on >= happened_on, true)
)

select * from final
