{#
    A relation with a row per field of a JSON object in one of its columns, under the relation's own name. The field's name is in
    `name`, exactly as it is; its value is in the JSON column `value`; its place, from the first, in `name` with `_position` added.
    A name that occurs twice comes twice. Rows without fields go.
#}
{% macro unnest_json_object(relation, column, name, value) -%}
    {{ adapter.dispatch('unnest_json_object')(relation, column, name, value) }}
{%- endmacro %}

{% macro duckdb__unnest_json_object(relation, column, name, value) -%}
    (
        select
            *,
            unnest(json_keys({{ column }})) as {{ name }},
            unnest(json_extract({{ column }}, '$.*')) as {{ value }},
            generate_subscripts(json_keys({{ column }}), 1) as {{ name }}_position,
        from {{ relation }}
    ) as {{ relation }}
{%- endmacro %}

{#
    JSON_KEYS() writes some names in quotes, and splits objects within the value. So the names come from the JSON text. Its texts are
    found one after the other, and a colon follows only those that name a field. A field further down is none of the object's own.
#}
{% macro bigquery__unnest_json_object(relation, column, name, value) -%}
    (
        select
            named.*,
            {{ column }}[{{ name }}] as {{ value }},
        from (
            select
                {{ relation }}.*,
                json_value(parse_json(rtrim(json_token, ':')), '$') as {{ name }},
                json_token_offset as {{ name }}_position,
            from {{ relation }}
            cross join unnest(
                regexp_extract_all(to_json_string({{ relation }}.{{ column }}), r'"(?:[^"\\]|\\.)*":?')
            ) as json_token with offset as json_token_offset
            where ends_with(json_token, '":')
        ) as named
        where {{ column }}[{{ name }}] is not null
    ) as {{ relation }}
{%- endmacro %}
