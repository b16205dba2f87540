{#
    The last day of a workspace's clock of office hours: two days more than any time zone is ahead of UTC. `freshness` is the alias of
    `int_workspace_freshness`.
#}
{% macro office_clock_end(freshness) -%}
    {{ add_days('cast(' ~ freshness ~ '.data_as_of_at as date)', office_clock_days_ahead() | int + 2) }}
{%- endmacro %}
