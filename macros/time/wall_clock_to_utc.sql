{#
    The instant (UTC) at which the clock of a time zone shows so many minutes after that day's midnight. In autumn a clock
    shows an hour twice: this is the first time, on both engines. In spring a clock leaves an hour out: the result is then an hour later.
#}
{% macro wall_clock_to_utc(day, minutes, time_zone) %}{{ adapter.dispatch('wall_clock_to_utc')(day, minutes, time_zone) }}{% endmacro %}

{# DuckDB returns the second of the two. So an hour earlier is tried, and used when the clock shows the same time. #}
{% macro duckdb__wall_clock_to_utc(day, minutes, time_zone) -%}
    {%- set wall_clock -%}(cast({{ day }} as timestamp) + to_minutes(cast({{ minutes }} as bigint))){%- endset -%}
    {%- set instant -%}timezone({{ time_zone }}, {{ wall_clock }}){%- endset -%}
    timezone('UTC', case
        when timezone({{ time_zone }}, {{ instant }} - interval 1 hour) = {{ wall_clock }} then {{ instant }} - interval 1 hour
        else {{ instant }}
    end)
{%- endmacro %}

{% macro bigquery__wall_clock_to_utc(day, minutes, time_zone) -%}
    timestamp(datetime_add(datetime({{ day }}, time '00:00:00'), interval {{ minutes }} minute), {{ time_zone }})
{%- endmacro %}
