{# A condition: two relations have the same values in each of these columns. #}
{% macro same_columns(names, one, other) -%}
    {%- for name in names -%}
        {{ one }}.{{ name }} = {{ other }}.{{ name }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
