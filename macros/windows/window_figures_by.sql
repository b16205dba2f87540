{#
    CTEs for a model of the latest windows by group and by `id`, a column of `support_events` such as teammate_id. The last one, `counted`, has
    the figures (`period_metrics`) that `figures` names, without their shares. The model has the CTEs support_events and support_weekly.
#}
{% macro window_figures_by(id, figures) -%}
{%- set groups = ['workspace_id', 'window_weeks', 'grouped_by', 'group_team_id', 'group_channel', id] -%}
windows as (
    {{ windows_of('support_weekly') }}
),

known_events as (
    select * from support_events
    where {{ id }} is not null
),

windowed_events as (
    {{ in_each_window('known_events', 'windows') }}
),

latest_events as (
    select * from windowed_events
    where window_name = 'latest'
),

ranked_events as (
    {{ with_ranks('latest_events', groups + ['event'], ['seconds', 'office_seconds']) }}
),

counted as (
    select
        {{ select_columns(groups) }}
        {{ period_metrics(only=figures, is_ranked=true) }}
    from ranked_events
    group by {{ groups | join(', ') }}
)
{%- endmacro %}
