{# The date that the calendar of a time zone shows at an instant. #}
{% macro local_date(instant, time_zone) %}{{ adapter.dispatch('local_date')(instant, time_zone) }}{% endmacro %}

{% macro duckdb__local_date(instant, time_zone) %}cast(timezone({{ time_zone }}, timezone('UTC', {{ instant }})) as date){% endmacro %}

{# BigQuery has no date after 9999-12-31. East of UTC such a date would begin on that day and stop the statement. #}
{% macro bigquery__local_date(instant, time_zone) -%}
    date(least({{ instant }}, timestamp '9999-12-30 00:00:00+00'), {{ time_zone }})
{%- endmacro %}
