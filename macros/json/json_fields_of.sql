{#
    A field of each object in the JSON array at a path, as an array of texts in the array's order; without elements when there is no
    array. An object without the field gives the empty text, so that two fields of one array stay in step.
#}
{% macro json_fields_of(column, path, field) %}{{ adapter.dispatch('json_fields_of')(column, path, field) }}{% endmacro %}

{% macro duckdb__json_fields_of(column, path, field) -%}
    coalesce(
        list_transform(
            json_extract({{ json_value_at(column, path) }}, '$[*]'),
            lambda element: coalesce({{ json_str('element', '$.' ~ field) }}, '')
        ),
        {{ empty_text_array() }}
    )
{%- endmacro %}

{% macro bigquery__json_fields_of(column, path, field) -%}
    array(
        select coalesce({{ json_str('element', '$.' ~ field) }}, '')
        from unnest(json_query_array({{ column }}, '{{ path }}')) as element with offset as element_offset
        order by element_offset
    )
{%- endmacro %}
