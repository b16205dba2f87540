{# A text as a literal of the engine's. #}
{% macro text_literal(text) %}{{ adapter.dispatch('text_literal')(text) }}{% endmacro %}

{% macro duckdb__text_literal(text) %}'{{ text | replace("'", "''") }}'{% endmacro %}

{% macro bigquery__text_literal(text) -%}
    {%- set escaped = text | replace("\\", "\\\\") | replace("'", "\\'") | replace("\n", "\\n") | replace("\r", "\\r") -%}
    '{{ escaped }}'
{%- endmacro %}
