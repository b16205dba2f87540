{# The different pieces of a text between separators, sorted, with a blank between them. Empty pieces don't count. #}
{% macro different_texts(text, separator) %}{{ adapter.dispatch('different_texts')(text, separator) }}{% endmacro %}

{% macro duckdb__different_texts(text, separator) -%}
    array_to_string(list_sort(list_distinct(list_filter(
        string_split({{ text }}, {{ separator }}), lambda piece: trim(piece) <> ''
    ))), ' ')
{%- endmacro %}

{% macro bigquery__different_texts(text, separator) -%}
    array_to_string(array(
        select distinct piece from unnest(split({{ text }}, {{ separator }})) as piece where trim(piece) <> '' order by piece
    ), ' ')
{%- endmacro %}
