{# Whether a regular expression (RE2 on both engines; no single quotes in it) is found in a text. #}
{% macro matches_pattern(text, pattern) %}{{ adapter.dispatch('matches_pattern')(text, pattern) }}{% endmacro %}

{% macro duckdb__matches_pattern(text, pattern) %}regexp_matches({{ text }}, '{{ pattern }}'){% endmacro %}

{% macro bigquery__matches_pattern(text, pattern) %}regexp_contains({{ text }}, r'{{ pattern }}'){% endmacro %}
