{# What this run has built so far: a map of the same form as `builds_before`. #}
{% macro builds_now() -%}
    {%- if 'builds_now' not in graph -%}
        {%- do graph.update({'builds_now': {}}) -%}
    {%- endif -%}
    {{ return(graph['builds_now']) }}
{%- endmacro %}
