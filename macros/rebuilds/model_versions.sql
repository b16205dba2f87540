{#
    The table with the logic version and the columns that each model was built with. A model's newest row counts. Rows are only ever
    added: on BigQuery parallel INSERTs never stop each other, and parallel MERGEs into one table do.
#}
{% macro model_versions() -%}
    {%- set neighbour = graph.nodes['model.intercom_warehouse.int_conversations'] -%}
    {{ return(api.Relation.create(
        database=neighbour.database, schema=neighbour.schema, identifier='_model_versions', type='table'
    )) }}
{%- endmacro %}
