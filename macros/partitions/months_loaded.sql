{#
    The months in which the records of a raw table were created that an incremental staging model looks at (`months_of`). Rows without a
    month are always among them. Asked once a run for all models that are equally far.
#}
{% macro months_loaded(table) -%}
    {%- set since = last_load_taken_in() -%}
    {%- if not execute or since is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set key = 'months of ' ~ table ~ ' since ' ~ since -%}
    {%- if key not in graph -%}
        {%- set raw = graph.sources['source.intercom_warehouse.intercom_raw.' ~ table] -%}
        {%- set loaded -%}
            select created_at from {{ api.Relation.create(database=raw.database, schema=raw.schema, identifier=raw.identifier) }} where {{ loaded_since('_loaded_at', since) }}
        {%- endset -%}
        {%- set months = months_of(loaded, 'created_at') -%}
        {%- do graph.update({key: none if months is none else (months + ['none']) | unique | list}) -%}
    {%- endif -%}
    {{ return(graph[key]) }}
{%- endmacro %}
