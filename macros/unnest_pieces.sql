{# A join: one row per piece of a text between separators, in a column of the given name; piece_number() says which it is. #}
{% macro unnest_pieces(text, separator, piece) %}{{ adapter.dispatch('unnest_pieces')(text, separator, piece) }}{% endmacro %}

{% macro duckdb__unnest_pieces(text, separator, piece) -%}
    cross join lateral unnest(string_split({{ text }}, {{ separator }})) with ordinality as {{ piece }}_list({{ piece }}, {{ piece }}_place)
{%- endmacro %}

{% macro bigquery__unnest_pieces(text, separator, piece) -%}
    cross join unnest(split({{ text }}, {{ separator }})) as {{ piece }} with offset as {{ piece }}_place
{%- endmacro %}
