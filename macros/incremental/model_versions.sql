{# The table with the logic version and the columns that each `versioned_incremental` model was last built in full with. #}
{% macro model_versions() -%}
    {%- set neighbour = graph.nodes['model.intercom_warehouse.int_conversations'] -%}
    {{ return(api.Relation.create(
        database=neighbour.database, schema=neighbour.schema, identifier='_model_versions', type='table'
    )) }}
{%- endmacro %}
