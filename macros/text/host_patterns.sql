{% macro host_patterns(hosts) -%}
    {%- set ending = '(?:com|net|org|eu|(?:com?|net|org)[.][a-z]{2}|[a-z]{2})' -%}
    {%- for host in hosts -%}
        {{ (host | lower).replace('.', '[.]').replace('*', ending) }}{{ '|' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
