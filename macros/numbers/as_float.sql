{# A number as a 64-bit float. #}
{% macro as_float(number) %}{{ adapter.dispatch('as_float')(number) }}{% endmacro %}

{% macro duckdb__as_float(number) %}cast({{ number }} as double){% endmacro %}

{% macro bigquery__as_float(number) %}cast({{ number }} as float64){% endmacro %}
