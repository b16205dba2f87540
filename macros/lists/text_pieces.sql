{# The pieces of a text between separators: an array of texts. #}
{% macro text_pieces(text, separator) %}{{ adapter.dispatch('text_pieces')(text, separator) }}{% endmacro %}

{% macro duckdb__text_pieces(text, separator) %}string_split({{ text }}, {{ separator }}){% endmacro %}

{% macro bigquery__text_pieces(text, separator) %}split({{ text }}, {{ separator }}){% endmacro %}
