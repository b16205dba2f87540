{# The first day of the period (`day`, `week` or `month`) that a date is in. #}
{% macro start_of_period(period, day) -%}
    {%- if period == 'week' -%}
        {{ week_of(day) }}
    {%- elif period == 'month' -%}
        {{ month_of(day) }}
    {%- else -%}
        {{ day }}
    {%- endif -%}
{%- endmacro %}
