{# A map that macros of one run share, for what is asked often and stays the same in a run. dbt gives them no other memory than `graph`. #}
{% macro remembered(kind) -%}
    {%- if kind not in graph -%}
        {%- do graph.update({kind: {}}) -%}
    {%- endif -%}
    {{ return(graph[kind]) }}
{%- endmacro %}
