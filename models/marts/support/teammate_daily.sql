-- one row per day (of the reporting time zone) and human teammate who did anything, or was rated, on that day
{{ config(
    partition_by=monthly('day', 'date'),
    cluster_by=['workspace_id', 'teammate_id'],
) }}
{%- set figures = ['first_replies', 'replies', 'resolutions', 'customer_resolutions', 'ratings', 'ratings_satisfied', 'csat'] %}

with

support_events as (
    select * from {{ ref('support_events') }}
    where event in ('first_reply', 'reply', 'resolution', 'rating') and teammate_id is not null
),

author_days as (
    select * from {{ ref('int_conversation_author_days') }}
    where author_kind = 'teammate'
),

teammates as (
    select * from {{ ref('teammates') }}
),

presence as (
    select * from {{ ref('int_teammate_presence_days') }}
),

worked as (
    select
        workspace_id,
        author_id as teammate_id,
        day,
        count(*) as conversations_taken_part_in,
        {{ sum_int('count_messages') }} as messages,
        {{ sum_int('count_notes') }} as notes,
        {{ sum_int('count_closes') }} as closes,
    from author_days
    group by workspace_id, author_id, day
),

counted as (
    select
        workspace_id,
        teammate_id,
        day,
        {{ period_metrics(only=figures) }}
    from support_events
    group by workspace_id, teammate_id, day
),

busy_days as (
    select
        workspace_id,
        teammate_id,
        day,
    from worked
    union distinct
    select
        workspace_id,
        teammate_id,
        day,
    from counted
),

final as (
    select
        busy_days.day,
        busy_days.teammate_id,
        busy_days.workspace_id,
        teammates.name as teammate_name,
        {%- for name in ['conversations_taken_part_in', 'messages', 'notes', 'closes'] %}
            coalesce(worked.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        {{ period_metrics('counted', only=figures) }}
        presence.away_seconds,
        presence.occupied_seconds,
        presence.idle_seconds,
        {{ safe_share('presence.occupied_seconds', '(presence.occupied_seconds + presence.idle_seconds)') }} as occupancy,
    from busy_days
    inner join teammates
        on busy_days.workspace_id = teammates.workspace_id and busy_days.teammate_id = teammates.teammate_id
    left join worked
        on {{ same_columns(['workspace_id', 'teammate_id', 'day'], 'busy_days', 'worked') }}
    left join counted
        on {{ same_columns(['workspace_id', 'teammate_id', 'day'], 'busy_days', 'counted') }}
    left join presence
        on {{ same_columns(['workspace_id', 'teammate_id', 'day'], 'busy_days', 'presence') }}
)

select * from final
