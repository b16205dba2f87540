{#
    The last day of a workspace's clock of office hours: two days more than any time zone is ahead of UTC. `dates` is the alias of
    `int_workspace_dates`.
#}
{% macro office_clock_end(dates) -%}
    {{ add_days(dates ~ '.data_as_of_utc_day', office_clock_days_ahead() | int + 2) }}
{%- endmacro %}
