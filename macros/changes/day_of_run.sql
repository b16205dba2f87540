{# The UTC day of a run's number, as 2026-01-31. #}
{% macro day_of_run(number) -%}
    {{ return(modules.datetime.datetime.utcfromtimestamp((number | int) / 1000).strftime('%Y-%m-%d')) }}
{%- endmacro %}
