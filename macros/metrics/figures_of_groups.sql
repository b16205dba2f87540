{#
    The whole query of a model with a row per `period` (week or month) and group: what happened in it, by the rows of `support_events`. It counts
    the periods that have changed.
#}
{% macro figures_of_groups(support_events, period) -%}
with

events as (
    {{ rows_of_changed_periods(support_events) }}
),

grouped_events as (
    {{ in_each_grouping('events', period) }}
),

ranked_events as (
    {{ with_ranks(
        'grouped_events',
        ['workspace_id', 'grouped_by', 'group_team_id', 'group_channel', period, 'event'],
        ['seconds', 'office_seconds'],
    ) }}
),

final as (
    select
        {{ select_columns(['workspace_id', 'grouped_by']) }}
        group_team_id as team_id,
        group_channel as channel,
        {{ period }},
        {{ period_metrics(is_ranked=true) }}
    from ranked_events
    group by workspace_id, grouped_by, group_team_id, group_channel, {{ period }}
)

select * from final
{%- endmacro %}
