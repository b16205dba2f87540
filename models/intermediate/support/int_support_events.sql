-- one row per event that the figures of a period count: what came in, what was done, and how long it took
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_metric_inputs', 'tells_days': true},
    unique_key=['workspace_id', 'conversation_id', 'event', 'event_number'],
    partition_by=monthly('day', 'date'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{#- The counted things: the rows of a model, the time of each row, and its other columns. #}
{%- set kinds = [
    {
        'rows': 'counted_conversations', 'event': "'created'", 'at': 'created_at',
        'is_started_by_customer': "started_by = 'customer'",
    },
    {
        'rows': 'counted_conversations', 'event': "'new'", 'at': 'first_customer_message_at', 'sla_status': 'sla_status',
        'cx_score': 'cx_score', 'ai_agent_rating': 'ai_agent_rating', 'is_ai_agent_participant': 'is_ai_agent_participant',
        'is_ai_agent_answered': 'is_ai_agent_answered', 'is_ai_agent_deflected': 'is_ai_agent_deflected',
        'is_ai_agent_resolved': 'is_ai_agent_resolved', 'is_ai_agent_handed_over': 'is_ai_agent_handed_over',
    },
    {
        'rows': 'counted_spells', 'event': "case when is_reopening or spell_number > 1 then 'reopened' else 'opened' end",
        'at': 'opened_at', 'number': 'spell_number',
    },
    {
        'rows': 'counted_spells', 'event': "'closed'", 'at': 'closed_at', 'number': 'spell_number',
        'teammate_id': "case when closed_by_kind = 'teammate' then closed_by_id end",
    },
    {
        'rows': 'turns', 'event': "'reply'", 'at': "case when ended_by = 'reply' then ended_at end", 'number': 'reply_number',
        'teammate_id': 'replied_by_teammate_id', 'seconds': 'turn_seconds', 'office_seconds': 'turn_office_seconds',
    },
    {
        'rows': 'counted_conversations', 'event': "'first_reply'", 'at': 'first_reply_at', 'teammate_id': 'first_reply_teammate_id',
        'seconds': 'time_to_first_reply_seconds', 'office_seconds': 'time_to_first_reply_office_seconds',
    },
    {
        'rows': 'counted_conversations', 'event': "'resolution'", 'at': 'closed_at',
        'teammate_id': "case when closed_by_kind = 'teammate' then closed_by_id end",
        'seconds': 'time_to_resolution_after_customer_seconds', 'office_seconds': 'time_to_resolution_after_customer_office_seconds',
        'count_replies_to_resolution': 'count_replies_to_resolution', 'is_first_contact_resolution': 'is_first_contact_resolution',
    },
    {
        'rows': 'conversation_metrics', 'event': "'rating'", 'at': 'rating_answered_at', 'teammate_id': 'rating_teammate_id',
        'rating': 'rating',
    },
    {
        'rows': 'conversation_metrics', 'event': "'rating_requested'", 'at': 'rating_requested_at', 'teammate_id': 'rating_teammate_id',
        'is_rating_answered': 'rating is not null',
    },
] %}
{%- set details = [
    'sla_status', 'seconds', 'office_seconds', 'count_replies_to_resolution', 'rating', 'cx_score', 'ai_agent_rating',
    'is_started_by_customer', 'is_rating_answered', 'is_first_contact_resolution', 'is_ai_agent_participant', 'is_ai_agent_answered', 'is_ai_agent_deflected',
    'is_ai_agent_resolved', 'is_ai_agent_handed_over',
] %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_metric_inputs')) }}
),

conversation_metrics as (
    {{ changed_rows(ref('int_conversation_metrics'), months, month='created_at') }}
),

spells as (
    {{ changed_rows(ref('int_conversation_spells'), months) }}
),

turns as (
    {{ changed_rows(ref('int_conversation_turns'), months) }}
),

-- On each day a conversation counts for the team that has it when the day ends, so a handover does not change past days.
team_days as (
    {{ changed_rows(ref('int_conversation_team_days'), months) }}
),

-- A conversation that was merged into another came in once and is closed once: its customer is served in the other. What people did
-- in it counts: answers to waits, and ratings.
counted_conversations as (
    select * from conversation_metrics
    where not is_merged_away
),

counted_spells as (
    select spells.*
    from spells
    inner join counted_conversations
        on
            spells.workspace_id = counted_conversations.workspace_id
            and spells.conversation_id = counted_conversations.conversation_id
),

events as (
    {%- for kind in kinds %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            conversation_id,
            {{ kind.event }} as event,
            {{ kind.number | default('1') }} as event_number,
            {{ kind.teammate_id | default('null') }} as teammate_id,
            {{ kind.at }} as happened_at,
            {%- for column in details %}
                {{ kind[column] | default('null') }} as {{ column }},
            {%- endfor %}
        from {{ kind.rows }}
        where {{ kind.at }} is not null
    {%- endfor %}
),

dated as (
    select
        *,
        {{ local_date('happened_at', reporting_time_zone()) }} as day,
    from events
),

final as (
    select
        dated.conversation_id,
        dated.workspace_id,
        conversation_metrics.company_id,
        team_days.team_id,
        dated.teammate_id,

        dated.event,
        dated.event_number,
        coalesce(conversation_metrics.channel, 'unknown') as channel,
        {{ select_columns(details, of='dated') }}
        dated.happened_at,
        dated.day,
        conversation_metrics.created_at as conversation_created_at,
        conversation_metrics.built_from,
    from dated
    inner join conversation_metrics
        on
            dated.workspace_id = conversation_metrics.workspace_id
            and dated.conversation_id = conversation_metrics.conversation_id
    inner join team_days
        on
            dated.workspace_id = team_days.workspace_id
            and dated.conversation_id = team_days.conversation_id
            and dated.day >= team_days.from_on
            and (team_days.until_on is null or dated.day < team_days.until_on)
)

select * from final
