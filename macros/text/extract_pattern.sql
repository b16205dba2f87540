{# What the one group of a regular expression matches in a text (RE2 on both engines; no single quotes in it); null without a match. #}
{% macro extract_pattern(text, pattern) %}{{ adapter.dispatch('extract_pattern')(text, pattern) }}{% endmacro %}

{% macro duckdb__extract_pattern(text, pattern) %}nullif(regexp_extract({{ text }}, '{{ pattern }}', 1), ''){% endmacro %}

{% macro bigquery__extract_pattern(text, pattern) %}nullif(regexp_extract({{ text }}, r'{{ pattern }}'), ''){% endmacro %}
