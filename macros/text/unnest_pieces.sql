{#
    A relation with a row per piece of a text between separators, under the relation's own name. The piece is in a column of the given
    name; `piece_number` gives its number. On DuckDB a lateral join would carry the whole text beside each piece, which is quadratic.
#}
{% macro unnest_pieces(relation, text, separator, piece) -%}
    {{ adapter.dispatch('unnest_pieces')(relation, text, separator, piece) }}
{%- endmacro %}

{% macro duckdb__unnest_pieces(relation, text, separator, piece) -%}
    (
        select
            * exclude ({{ piece }}_pieces),
            unnest({{ piece }}_pieces) as {{ piece }},
            generate_subscripts({{ piece }}_pieces, 1) as {{ piece }}_place,
        from (
            select
                *,
                string_split({{ text }}, {{ separator }}) as {{ piece }}_pieces,
            from {{ relation }}
        ) as with_pieces
    ) as {{ relation }}
{%- endmacro %}

{% macro bigquery__unnest_pieces(relation, text, separator, piece) -%}
    {{ relation }}
    cross join unnest(split({{ text }}, {{ separator }})) as {{ piece }} with offset as {{ piece }}_place
{%- endmacro %}
