{#
    For a select list: all columns of a mart in the order of its yml, those of project variables last. Each is the column of `relation` of the
    same name, unless `others` (column → expression) says otherwise.
#}
{% macro columns_of_mart(mart, relation, others) -%}
    {%- set node = graph.nodes['model.intercom_warehouse.' ~ mart] if execute else {'columns': {}, 'config': {'meta': {}}} -%}
    {%- for name in (node.columns.values() | list + variable_columns(node)) | map(attribute='name') | unique -%}
        {{ others.get(name, relation ~ '.' ~ name) }} as {{ name }},
        {{- '\n        ' if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}
