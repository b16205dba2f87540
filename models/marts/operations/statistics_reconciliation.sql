-- one row per conversation with Intercom's statistics, and figure: our value, Intercom's value, and why they differ
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id', 'figure'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{#- A figure: the start of its clock, our value, Intercom's value, and the value that each reason would give. An instant is in seconds
    since the creation. #}
{%- set figures = [
    {
        'name': 'first_admin_reply', 'from': 'created_at',
        'ours': secs_between('created_at', 'first_reply_at'),
        'theirs': secs_between('created_at', 'statistics_first_admin_reply_at'),
        'reply': true,
    },
    {
        'name': 'time_to_admin_reply', 'from': 'first_contact_at',
        'ours': 'time_to_first_reply_seconds',
        'theirs': 'statistics_time_to_admin_reply_seconds',
        'office': 'office_admin_reply_seconds',
        'reply': true,
    },
    {
        'name': 'first_close',
        'ours': secs_between('created_at', 'first_close_at'),
        'theirs': secs_between('created_at', 'statistics_first_close_at'),
        'after_contact': secs_between('created_at', 'first_close_after_contact_at'),
    },
    {
        'name': 'time_to_first_close',
        'ours': 'time_to_first_close_seconds',
        'theirs': 'statistics_time_to_first_close_seconds',
        'after_contact': secs_between('first_contact_at', 'first_close_after_contact_at'),
        'office': 'office_first_close_seconds',
    },
    {
        'name': 'last_close',
        'ours': secs_between('created_at', 'last_close_at'),
        'theirs': secs_between('created_at', 'statistics_last_close_at'),
        'after_contact': secs_between('created_at', 'last_close_after_contact_at'),
        'last_change': secs_between('created_at', 'other_closed_at'),
    },
    {
        'name': 'time_to_last_close',
        'ours': 'time_to_last_close_seconds',
        'theirs': 'statistics_time_to_last_close_seconds',
        'after_contact': secs_between('first_contact_at', 'last_close_after_contact_at'),
        'last_change': secs_between('first_contact_at', 'other_closed_at'),
        'office': 'office_last_close_seconds',
    },
    {
        'name': 'count_reopens', 'ours': 'count_reopens', 'theirs': 'statistics_count_reopens',
        'after_contact': 'reopens_after_contact',
    },
    {
        'name': 'count_assignments', 'ours': 'count_assignments', 'theirs': 'statistics_count_assignments',
        'after_contact': 'assignments_after_contact',
    },
    {
        'name': 'count_conversation_parts', 'ours': 'count_parts', 'theirs': 'statistics_count_conversation_parts',
        'after_contact': 'count_parts',
        'opening_counted': 'count_parts + 1',
    },
] %}

with

all_recounts as (
    select * from {{ ref('int_statistics_recounts') }}
    where {{ in_months('conversation_created_at', months) }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
    where {{ in_months('created_at', months) }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
    where {{ in_months('created_at', months) }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

recounts as (
    select all_recounts.*
    from all_recounts
    inner join changed
        on all_recounts.workspace_id = changed.workspace_id and all_recounts.conversation_id = changed.conversation_id
),

compared as (
    select
        recounts.*,
        conversations.created_at,
        conversations.statistics_first_contact_reply_at as first_contact_at,
        conversations.statistics_first_admin_reply_at,
        conversations.statistics_time_to_admin_reply_seconds,
        conversations.statistics_first_close_at,
        conversations.statistics_time_to_first_close_seconds,
        conversations.statistics_last_close_at,
        conversations.statistics_time_to_last_close_seconds,
        conversations.statistics_count_reopens,
        conversations.statistics_count_assignments,
        conversations.statistics_count_conversation_parts,
        conversation_metrics.is_thread_complete,
        conversation_metrics.first_reply_at,
        conversation_metrics.time_to_first_reply_seconds,
        conversation_metrics.first_close_at,
        conversation_metrics.time_to_first_close_seconds,
        conversation_metrics.last_close_at,
        case
            when conversation_metrics.last_close_at is null or conversation_metrics.closed_at <> conversation_metrics.last_close_at
                then conversation_metrics.closed_at
        end as other_closed_at,
        conversation_metrics.time_to_last_close_seconds,
        conversation_metrics.count_reopens,
        conversation_metrics.count_assignments,
        conversation_metrics.count_parts,
    from recounts
    inner join conversations
        on
            recounts.workspace_id = conversations.workspace_id
            and recounts.conversation_id = conversations.conversation_id
    inner join conversation_metrics
        on
            recounts.workspace_id = conversation_metrics.workspace_id
            and recounts.conversation_id = conversation_metrics.conversation_id
),

figures as (
    {%- for figure in figures %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            conversation_id,
            '{{ figure.name }}' as figure,
            {{ figure.ours }} as our_value,
            {{ figure.theirs }} as intercom_value,
            {%- if figure.reply %}
                {{ secs_between(figure.from, 'reply_after_contact_at') }} as after_contact_value,
                {{ secs_between(figure.from, 'reply_with_redacted_at') }} as with_redacted_value,
                {{ secs_between(figure.from, 'reply_with_bots_at') }} as with_bots_value,
                {{ secs_between(figure.from, 'reply_with_redacted_and_bots_at') }} as with_redacted_and_bots_value,
            {%- else %}
                {{ figure.after_contact }} as after_contact_value,
                null as with_redacted_value,
                null as with_bots_value,
                null as with_redacted_and_bots_value,
            {%- endif %}
            {{ figure.last_change | default('null') }} as last_change_value,
            {{ figure.opening_counted | default('null') }} as opening_counted_value,
            {{ figure.office | default('null') }} as office_value,
            is_thread_complete,
            conversation_created_at,
            built_from,
        from compared
    {%- endfor %}
),

final as (
    select
        conversation_id,
        workspace_id,
        figure,

        our_value,
        intercom_value,
        case
            when coalesce(our_value, -1) = coalesce(intercom_value, -1) then 'equal'
            when intercom_value = last_change_value then 'last_change_into_closed'
            when intercom_value = office_value then 'office_hours'
            when coalesce(after_contact_value, -1) = coalesce(intercom_value, -1) then 'after_first_contact_reply'
            when with_redacted_value = intercom_value then 'redacted_message'
            when with_bots_value = intercom_value or with_redacted_and_bots_value = intercom_value then 'bot_as_admin'
            when not is_thread_complete then 'over_500_parts'
            when intercom_value = opening_counted_value then 'opening_counted'
            else 'unexplained'
        end as reason,

        conversation_created_at,
        built_from,
    from figures
)

select * from final
