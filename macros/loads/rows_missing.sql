{# How many rows of loads are not in the raw tables any more that the model reads (`raw_versions`): another number after a purge. #}
{% macro rows_missing() -%}
    {%- set missing = [] -%}
    {%- for parent in graph.nodes[model.unique_id].depends_on.nodes if parent in graph.sources -%}
        {%- do missing.append(raw_versions().get(graph.sources[parent].name, {}).rows_missing or 0) -%}
    {%- endfor -%}
    {{ return(missing | sum) }}
{%- endmacro %}
