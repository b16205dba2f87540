-- one row per wait of a customer that ended: who waited, who ended the wait, and how long it was
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id', 'wait_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

turns as (
    {{ changed_rows(ref('int_conversation_turns'), months) }}
),

states as (
    {{ changed_rows(ref('int_conversation_stretches'), months) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

waits as (
    select
        *,
        row_number() over (partition by workspace_id, conversation_id order by turn_number) as wait_number,
    from turns
    where whose_turn = 'team' and ended_at is not null
),

-- The stretch that a wait ended in. A wait that ends with the stretch belongs to it: a close ends both.
ended_in as (
    select
        waits.workspace_id,
        waits.conversation_id,
        waits.wait_number,
        states.team_id,
        states.teammate_id,
    from waits
    inner join states
        on waits.workspace_id = states.workspace_id and waits.conversation_id = states.conversation_id
    where states.started_at < waits.ended_at or states.stretch_number = 1
    qualify
        row_number() over (
            partition by waits.workspace_id, waits.conversation_id, waits.wait_number order by states.stretch_number desc
        ) = 1
),

final as (
    select
        waits.conversation_id,
        waits.workspace_id,
        waits.wait_number,
        waits.reply_number,
        waits.started_by_id as contact_id,
        waits.replied_by_teammate_id,
        waits.ended_by_id,
        ended_in.team_id,
        ended_in.teammate_id as assigned_teammate_id,

        waits.ended_by,
        coalesce(conversations.channel_initial, conversations.source_type) as channel,

        waits.turn_seconds as wait_seconds,
        waits.turn_office_seconds as wait_office_seconds,

        coalesce(waits.reply_number = 1, false) as is_first_reply,

        waits.started_at,
        waits.ended_at,
        waits.conversation_created_at,
        waits.built_from,
    from waits
    inner join conversations
        on waits.workspace_id = conversations.workspace_id and waits.conversation_id = conversations.conversation_id
    inner join ended_in
        on
            waits.workspace_id = ended_in.workspace_id
            and waits.conversation_id = ended_in.conversation_id
            and waits.wait_number = ended_in.wait_number
)

select * from final
