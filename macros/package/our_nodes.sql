{# The nodes of this project of a kind: also where another project has installed it and has nodes of its own. #}
{% macro our_nodes(resource_type) -%}
    {{ return(graph.nodes.values()
        | selectattr('package_name', 'equalto', 'intercom_warehouse')
        | selectattr('resource_type', 'equalto', resource_type)
        | list) }}
{%- endmacro %}
