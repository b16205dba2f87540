-- one row per day (of the reporting time zone) and human author or rated teammate: what the teammate did, and how fast
{{ config(
    materialized='versioned_incremental',
    meta={'follows_days_of': ['int_support_events', 'int_conversation_author_days'], 'period': 'day'},
    unique_key=['workspace_id', 'teammate_id', 'day'],
    partition_by=monthly('day', 'date'),
    cluster_by=['workspace_id', 'teammate_id'],
) }}
{%- set figures = ['first_replies', 'replies', 'resolutions', 'customer_resolutions', 'ratings', 'ratings_satisfied'] %}

with

support_events as (
    {{ rows_of_changed_periods(ref('int_support_events')) }}
),

all_author_days as (
    {{ rows_of_changed_periods(ref('int_conversation_author_days')) }}
),

events as (
    select * from support_events
    where event in ('first_reply', 'reply', 'resolution', 'rating') and teammate_id is not null
),

author_days as (
    select * from all_author_days
    where author_kind = 'teammate'
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
    from events
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
        busy_days.workspace_id,
        busy_days.teammate_id,
        busy_days.day,
        {%- for name in ['conversations_taken_part_in', 'messages', 'notes', 'closes'] %}
            coalesce(worked.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        {{ select_columns(period_figures(only=figures), of='counted') }}
    from busy_days
    left join worked
        on {{ same_columns(['workspace_id', 'teammate_id', 'day'], 'busy_days', 'worked') }}
    left join counted
        on {{ same_columns(['workspace_id', 'teammate_id', 'day'], 'busy_days', 'counted') }}
)

select * from final
