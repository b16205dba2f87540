{# The date that the calendar of a time zone shows at an instant. #}
{% macro local_date(instant, time_zone) %}{{ adapter.dispatch('local_date')(instant, time_zone) }}{% endmacro %}

{% macro duckdb__local_date(instant, time_zone) %}cast(timezone({{ time_zone }}, timezone('UTC', {{ instant }})) as date){% endmacro %}

{% macro bigquery__local_date(instant, time_zone) %}date({{ instant }}, {{ time_zone }}){% endmacro %}
