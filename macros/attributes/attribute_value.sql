{# The text of an attribute's value as the type of a column: text, number, boolean or timestamp; null where it is no such thing. #}
{% macro attribute_value(text, type) -%}
    {%- if type == 'number' -%}
        {{ number_from_text(text) }}
    {%- elif type == 'boolean' -%}
        {{ boolean_from_text(text) }}
    {%- elif type == 'timestamp' -%}
        {{ time_from_text(text) }}
    {%- else -%}
        nullif({{ text }}, '')
    {%- endif -%}
{%- endmacro %}
