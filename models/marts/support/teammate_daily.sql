-- one row per day (of the reporting time zone) and human teammate who did anything, or was rated, on that day
{{ config(materialized='versioned_view', meta={'rows_of': 'int_teammate_days'}) }}
{%- set figures = ['first_replies', 'replies', 'resolutions', 'customer_resolutions', 'ratings', 'ratings_satisfied', 'csat'] %}

with

teammate_days as (
    select * from {{ ref('int_teammate_days') }}
),

teammates as (
    select * from {{ ref('teammates') }}
),

presence as (
    select * from {{ ref('int_teammate_presence_days') }}
),

final as (
    select
        teammate_days.day,
        teammate_days.teammate_id,
        teammate_days.workspace_id,
        teammates.name as teammate_name,
        {%- for name in ['conversations_taken_part_in', 'messages', 'notes', 'closes'] %}
            teammate_days.{{ name }},
        {%- endfor %}
        {{ period_metrics('teammate_days', only=figures) }}
        presence.away_seconds,
        presence.occupied_seconds,
        presence.idle_seconds,
        {{ safe_share('presence.occupied_seconds', '(presence.occupied_seconds + presence.idle_seconds)') }} as occupancy,
    from teammate_days
    inner join teammates
        on teammate_days.workspace_id = teammates.workspace_id and teammate_days.teammate_id = teammates.teammate_id
    left join presence
        on {{ same_columns(['workspace_id', 'teammate_id', 'day'], 'teammate_days', 'presence') }}
)

select * from final
