{# The unique ids of nodes of this project, by their names, sorted. #}
{% macro our_ids(names) -%}
    {{ return(graph.nodes.values()
        | selectattr('package_name', 'equalto', 'intercom_warehouse')
        | selectattr('name', 'in', names)
        | selectattr('resource_type', 'in', ['model', 'seed'])
        | map(attribute='unique_id') | sort) }}
{%- endmacro %}
