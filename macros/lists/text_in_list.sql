{# True when a text is one of a list (a project variable); false for every text when the list is empty. #}
{% macro text_in_list(text, list) -%}
{%- if list -%}
{{ text }} in ({% for each in list %}{{ text_literal(each) }}{{ ', ' if not loop.last }}{% endfor %})
    {%- else -%}
false
{%- endif -%}
{%- endmacro %}
