{# Every match of a regular expression (RE2 on both engines; no single quotes in it) replaced. #}
{% macro replace_pattern(text, pattern, replacement) %}{{ adapter.dispatch('replace_pattern')(text, pattern, replacement) }}{% endmacro %}

{% macro duckdb__replace_pattern(text, pattern, replacement) %}regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g'){% endmacro %}

{% macro bigquery__replace_pattern(text, pattern, replacement) %}regexp_replace({{ text }}, r'{{ pattern }}', r'{{ replacement }}'){% endmacro %}
