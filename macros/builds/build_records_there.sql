{# The names of the tables of `build_record` that are there. Asked once a run; dbt lists only datasets that have models. #}
{% macro build_records_there() -%}
    {%- if 'build_records_there' not in graph -%}
        {%- set names = [] -%}
        {%- for relation in adapter.list_relations_without_caching(build_record('builds').without_identifier()) -%}
            {%- do names.append(relation.identifier) -%}
        {%- endfor -%}
        {%- do graph.update({'build_records_there': names}) -%}
    {%- endif -%}
    {{ return(graph['build_records_there']) }}
{%- endmacro %}
