{# The hour, 0 to 23, that the clocks of a time zone show at an instant. #}
{% macro local_hour(instant, time_zone) %}{{ adapter.dispatch('local_hour')(instant, time_zone) }}{% endmacro %}

{% macro duckdb__local_hour(instant, time_zone) %}cast(extract(hour from timezone({{ time_zone }}, timezone('UTC', {{ instant }}))) as bigint){% endmacro %}

{% macro bigquery__local_hour(instant, time_zone) -%}
    extract(hour from least({{ instant }}, timestamp '9999-12-30 00:00:00+00') at time zone {{ time_zone }})
{%- endmacro %}
