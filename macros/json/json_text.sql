{#
    A JSON value as text: a text as it is, a number in digits, true or false, an object or array as JSON; null for JSON null.
    A whole number has no point and no exponent, so that both engines write 5.0 as 5.
#}
{% macro json_text(value) %}{{ adapter.dispatch('json_text')(value) }}{% endmacro %}

{% macro duckdb__json_text(value) -%}
    case
        when json_type({{ value }}) = 'DOUBLE' and abs({{ json_number(value, '$') }}) < 1e15 and {{ json_number(value, '$') }} = trunc({{ json_number(value, '$') }})
            then cast(cast({{ json_number(value, '$') }} as bigint) as varchar)
        else {{ value }} ->> '$'
    end
{%- endmacro %}

{% macro bigquery__json_text(value) -%}
    case json_type({{ value }})
        when 'string' then json_value({{ value }}, '$')
        when 'null' then null
        when 'number' then if(
            abs({{ json_number(value, '$') }}) < 1e15 and {{ json_number(value, '$') }} = trunc({{ json_number(value, '$') }}),
            cast(cast({{ json_number(value, '$') }} as int64) as string),
            to_json_string({{ value }})
        )
        else to_json_string({{ value }})
    end
{%- endmacro %}
