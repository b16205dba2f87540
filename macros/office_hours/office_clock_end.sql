{# The last day of a workspace's clock of office hours: two days more than any time zone is ahead of UTC. `clocks` is the caller's alias. #}
{% macro office_clock_end(clocks) -%}
    {{ add_days('cast(' ~ clocks ~ '.data_as_of_at as date)', office_clock_days_ahead() | int + 2) }}
{%- endmacro %}
