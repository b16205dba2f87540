{# Adds the logic versions of a model and of all models that it reads to a map: unique id → version. #}
{% macro add_logic_versions(unique_id, versions) -%}
    {%- set node = graph.nodes.get(unique_id) -%}
    {%- if node and node.resource_type == 'model' and node.package_name == 'intercom_warehouse' and unique_id not in versions -%}
        {%- do versions.update({unique_id: node.config.meta.get('logic_version', 1)}) -%}
        {%- for parent in node.depends_on.nodes -%}
            {%- do add_logic_versions(parent, versions) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
