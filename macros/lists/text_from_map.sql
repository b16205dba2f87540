{# The text that a map (a project variable) has for a key; null when it has none. #}
{% macro text_from_map(map, key) -%}
{%- if map is mapping and map -%}
case {{ key }} {% for from, to in map.items() %}when '{{ from }}' then '{{ to }}' {% endfor %}end
    {%- else -%}
cast(null as string)
{%- endif -%}
{%- endmacro %}
