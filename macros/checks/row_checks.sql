{#
    The conditions of the `always` tests of the model that a test is about, without those that only warn: maps of name, condition and
    where.
#}
{% macro row_checks() -%}
    {%- set checks = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values()
            if node.resource_type == 'test'
                and node.attached_node == model.attached_node
                and (node.test_metadata or {}).get('name') == 'always'
                and node.config.severity | lower != 'warn' -%}
            {%- do checks.append({
                'name': node.name,
                'condition': render(node.test_metadata.kwargs.condition),
                'where': '(' ~ render(node.config.where) ~ ')' if node.config.where else 'true',
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(checks) }}
{%- endmacro %}
