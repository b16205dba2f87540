{#
    A field of each choice of the attribute with exactly this name, as an array of texts in order. `definitions`: a JSON array of the
    attributes of a ticket type. A choice without the field gives the empty text, so that two fields of the choices stay in step.
#}
{% macro option_fields(definitions, attribute, field) -%}
    {{ adapter.dispatch('option_fields')(definitions, attribute, field) }}
{%- endmacro %}

{% macro duckdb__option_fields(definitions, attribute, field) -%}
    coalesce(
        flatten(list_transform(
            list_filter(
                json_extract({{ definitions }}, '$[*]'),
                lambda definition: {{ json_str('definition', '$.name') }} = {{ text_literal(attribute) }}
            ),
            lambda definition: {{ json_fields_of('definition', '$.input_options.list_options', field) }}
        )),
        {{ empty_text_array() }}
    )
{%- endmacro %}

{% macro bigquery__option_fields(definitions, attribute, field) -%}
    array(
        select coalesce({{ json_str('option', '$.' ~ field) }}, '')
        from unnest(json_query_array({{ definitions }}, '$')) as definition with offset as definition_offset
        cross join unnest(json_query_array(definition, '$.input_options.list_options')) as option with offset as option_offset
        where {{ json_str('definition', '$.name') }} = {{ text_literal(attribute) }}
        order by definition_offset, option_offset
    )
{%- endmacro %}
