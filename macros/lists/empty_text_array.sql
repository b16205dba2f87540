{# An array of text without elements. #}
{% macro empty_text_array() %}{{ adapter.dispatch('empty_text_array')() }}{% endmacro %}

{% macro duckdb__empty_text_array() %}cast([] as varchar[]){% endmacro %}

{% macro bigquery__empty_text_array() %}cast([] as array<string>){% endmacro %}
