{#
    The logic versions of a model and of all models that it reads, directly or not: a map of unique id → version. Each model's map is made
    once a run, from those of the models that it reads.
#}
{% macro logic_versions(unique_id) -%}
    {%- set known = remembered('logic_versions') -%}
    {%- if unique_id not in known -%}
        {%- set versions = {} -%}
        {%- set node = graph.nodes.get(unique_id) -%}
        {%- if node and node.resource_type == 'model' and node.package_name == 'intercom_warehouse' -%}
            {%- do versions.update({unique_id: node.config.meta.get('logic_version', 1)}) -%}
            {%- for parent in node.depends_on.nodes -%}
                {%- do versions.update(logic_versions(parent)) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do known.update({unique_id: versions}) -%}
    {%- endif -%}
    {{ return(known[unique_id]) }}
{%- endmacro %}
