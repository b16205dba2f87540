{#
    The elements of a JSON array as an array of texts, in order; without elements when it is no array. Nulls and empty texts are left
    out. Of an object it is what it is called. That is its label or name, else your own id of it, else the id of Intercom, else its JSON.
#}
{% macro json_texts(value) %}{{ adapter.dispatch('json_texts')(value) }}{% endmacro %}

{% macro duckdb__json_texts(value) -%}
    coalesce(
        list_filter(
            list_transform(json_extract({{ value }}, '$[*]'), lambda element: {{ json_called('element') }}),
            lambda called: called is not null
        ),
        {{ empty_text_array() }}
    )
{%- endmacro %}

{% macro bigquery__json_texts(value) -%}
    array(
        select called
        from (
            select
                {{ json_called('element') }} as called,
                element_offset,
            from unnest(json_query_array({{ value }}, '$')) as element with offset as element_offset
        )
        where called is not null
        order by element_offset
    )
{%- endmacro %}
