{# The names of the tables of `build_record` that are there. Asked once a run; dbt lists only datasets that have models. #}
{% macro build_records_there() -%}
    {%- if 'build_records_there' not in graph -%}
        {%- do graph.update({'build_records_there': tables_in(build_record('builds').without_identifier())}) -%}
    {%- endif -%}
    {{ return(graph['build_records_there']) }}
{%- endmacro %}
