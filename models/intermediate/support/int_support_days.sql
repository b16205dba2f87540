-- one row per day (of the reporting time zone), team and channel with an event: what came in, what was done, and how fast
{{ config(
    materialized='versioned_incremental',
    meta={'follows_days_of': ['int_support_events'], 'period': 'day', 'attribute_groups_of': 'conversation_attribute_columns'},
    unique_key=['workspace_id', 'team_id', 'channel', 'day'],
    partition_by=monthly('day', 'date'),
    cluster_by=['workspace_id', 'team_id', 'channel'],
) }}
{#- Besides team and channel, `vars: conversation_attribute_columns` may group by attributes. Until the end their names are prefixed. #}
{%- set attributes = attribute_groups() | map(attribute='column') | list %}
{%- set keys = ['workspace_id', 'team_id', 'channel'] + attributes | map('replace', '', 'group_by_', 1) | list %}

with

support_events as (
    {{ rows_of_changed_periods(ref('int_support_events')) }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

-- A conversation counts in its groups of today, on past days too.
events as (
    select
        support_events.*,
        {%- for attribute in attributes %}
            coalesce(conversation_metrics.{{ attribute }}, 'none') as group_by_{{ attribute }},
        {%- endfor %}
    from support_events
    inner join conversation_metrics
        on
            support_events.workspace_id = conversation_metrics.workspace_id
            and support_events.conversation_id = conversation_metrics.conversation_id
),

counted as (
    select
        {{ select_columns(keys) }}
        day,
        {{ period_metrics() }}
    from events
    group by {{ keys | join(', ') }}, day
),

final as (
    select
        day,
        team_id,
        channel,
        workspace_id,
        {{ select_columns(period_figures()) }}
        {%- for attribute in attributes %}
            group_by_{{ attribute }} as {{ attribute }},
        {%- endfor %}
    from counted
)

select * from final
