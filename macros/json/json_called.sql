{# What an element of a list is called; null for JSON null and the empty text. #}
{% macro json_called(element) -%}
    coalesce(
        nullif({{ json_str(element, '$.label') }}, ''),
        nullif({{ json_str(element, '$.name') }}, ''),
        nullif({{ json_str(element, '$.external_id') }}, ''),
        nullif({{ json_str(element, '$.id') }}, ''),
        nullif({{ json_text(element) }}, '')
    )
{%- endmacro %}
