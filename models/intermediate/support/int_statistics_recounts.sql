-- one row per conversation with Intercom's statistics: our figures, counted by Intercom's rules
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{%- set message = 'events.is_message' %}
{%- set message_or_redacted = '(events.is_message or events.is_redacted_message)' %}
{%- set teammate = "events.author_kind = 'teammate'" %}
{%- set teammate_or_bot = "(events.author_kind = 'teammate' or events.is_by_ai_as_admin)" %}

with

all_conversations as (
    select * from {{ ref('int_conversations') }}
    where
        {{ in_months('created_at', months) }}
        and (statistics_count_conversation_parts is not null or statistics_count_reopens is not null)
),

events as (
    select * from {{ new_rows_of(ref('int_conversation_events')) }}
    where {{ in_months('conversation_created_at', months) }}
),

schedules as (
    select * from {{ ref('int_office_hours_schedules') }}
    where is_default
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

conversations as (
    select
        all_conversations.workspace_id,
        all_conversations.conversation_id,
        all_conversations.statistics_first_contact_reply_at,
        all_conversations.statistics_first_admin_reply_at,
        all_conversations.statistics_first_close_at,
        all_conversations.statistics_last_close_at,
        all_conversations.fetched_at,
        changed.conversation_created_at,
        changed.built_from,
    from all_conversations
    inner join changed
        on
            all_conversations.workspace_id = changed.workspace_id
            and all_conversations.conversation_id = changed.conversation_id
),

-- Counts begin at the contact's first message. Figures `with_redacted` include redacted messages. Figures `with_bots` count an AI
-- agent under a teammate's name as human.
counted_their_way as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        {{ count_if('events.is_reopen and events.happened_at > conversations.statistics_first_contact_reply_at') }}
            as reopens_after_contact,
        {{ count_if('events.is_assignment and events.happened_at >= conversations.statistics_first_contact_reply_at') }}
            as assignments_after_contact,
        min(case
            when events.is_close and events.happened_at >= conversations.statistics_first_contact_reply_at then events.happened_at
        end) as first_close_after_contact_at,
        max(case
            when events.is_close and events.happened_at >= conversations.statistics_first_contact_reply_at then events.happened_at
        end) as last_close_after_contact_at,
        {%- for name, is_message, is_by_teammate in [
            ('reply_after_contact', message, teammate),
            ('reply_with_redacted', message_or_redacted, teammate),
            ('reply_with_bots', message, teammate_or_bot),
            ('reply_with_redacted_and_bots', message_or_redacted, teammate_or_bot),
        ] %}
            min(case
                when
                    {{ is_message }}
                    and not events.is_opening
                    and {{ is_by_teammate }}
                    and events.happened_at >= conversations.statistics_first_contact_reply_at
                    then events.happened_at
            end) as {{ name }}_at,
        {%- endfor %}
    from conversations
    inner join events
        on
            conversations.workspace_id = events.workspace_id
            and conversations.conversation_id = events.conversation_id
    group by conversations.workspace_id, conversations.conversation_id
),

-- Intercom's durations begin at the contact's first message and leave out time outside the workspace's default hours.
their_instants as (
    {%- for instant in ['first_contact_reply_at', 'first_admin_reply_at', 'first_close_at', 'last_close_at'] %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            conversation_id,
            '{{ instant }}' as instant,
            statistics_{{ instant }} as happened_at,
            fetched_at,
        from conversations
        where statistics_{{ instant }} is not null
    {%- endfor %}
),

instants_in_open_seconds as (
    select
        their_instants.workspace_id,
        their_instants.conversation_id,
        their_instants.instant,
        {{ open_seconds_at('office_hours', 'their_instants.happened_at', 'their_instants.fetched_at') }} as open_seconds,
    from their_instants
    inner join schedules on their_instants.workspace_id = schedules.workspace_id
    inner join office_hours
        on
            their_instants.workspace_id = office_hours.workspace_id
            and schedules.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and {{ is_in_stretch('office_hours', 'their_instants.happened_at') }}
),

in_open_seconds as (
    select
        workspace_id,
        conversation_id,
        max(case when instant = 'first_contact_reply_at' then open_seconds end) as contact_open_seconds,
        max(case when instant = 'first_admin_reply_at' then open_seconds end) as admin_reply_open_seconds,
        max(case when instant = 'first_close_at' then open_seconds end) as first_close_open_seconds,
        max(case when instant = 'last_close_at' then open_seconds end) as last_close_open_seconds,
    from instants_in_open_seconds
    group by workspace_id, conversation_id
),

final as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        in_open_seconds.admin_reply_open_seconds - in_open_seconds.contact_open_seconds as office_admin_reply_seconds,
        in_open_seconds.first_close_open_seconds - in_open_seconds.contact_open_seconds as office_first_close_seconds,
        in_open_seconds.last_close_open_seconds - in_open_seconds.contact_open_seconds as office_last_close_seconds,
        counted_their_way.reopens_after_contact,
        counted_their_way.assignments_after_contact,
        counted_their_way.first_close_after_contact_at,
        counted_their_way.last_close_after_contact_at,
        counted_their_way.reply_after_contact_at,
        counted_their_way.reply_with_redacted_at,
        counted_their_way.reply_with_bots_at,
        counted_their_way.reply_with_redacted_and_bots_at,
        conversations.conversation_created_at,
        conversations.built_from,
    from conversations
    inner join counted_their_way
        on
            conversations.workspace_id = counted_their_way.workspace_id
            and conversations.conversation_id = counted_their_way.conversation_id
    left join in_open_seconds
        on
            conversations.workspace_id = in_open_seconds.workspace_id
            and conversations.conversation_id = in_open_seconds.conversation_id
)

select * from final
