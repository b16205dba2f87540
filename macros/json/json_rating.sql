{# The rating at a path, 1 to 5; null when it is absent or another number, which would spoil an average. #}
{% macro json_rating(column, path) -%}
    {%- set number = json_int(column, path) -%}
    case when {{ number }} between 1 and 5 then {{ number }} end
{%- endmacro %}
