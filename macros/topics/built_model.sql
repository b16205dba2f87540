{#
    The relation of a model of this project's. An operation may not refer to a private model; it reads what the build made of it.
#}
{% macro built_model(name) -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'model' and node.name == name and node.package_name == 'intercom_warehouse' -%}
        {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
    {%- endfor -%}
{%- endmacro %}
