{# A number (or null) as a 64-bit integer. #}
{% macro as_int(number) %}{{ adapter.dispatch('as_int')(number) }}{% endmacro %}

{% macro duckdb__as_int(number) %}cast({{ number }} as bigint){% endmacro %}

{% macro bigquery__as_int(number) %}cast({{ number }} as int64){% endmacro %}
