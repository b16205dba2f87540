{# For a select list: columns by their names, each of the relation `of` where one is given. #}
{% macro select_columns(names, of=none) -%}
    {%- for name in names -%}
        {{ of ~ '.' if of else '' }}{{ name }},
        {{- '\n        ' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}
