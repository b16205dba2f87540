{#
    For a select list: all columns of a mart in the order of its yml, those of project variables last. Each is the column of `relation` of the
    same name, unless `others` (column → expression) says otherwise. A unit test knows no yml, so the order is another one there.
#}
{% macro columns_of_mart(mart, relation, others) -%}
    {%- set node = graph.get('nodes', {}).get('model.intercom_warehouse.' ~ mart) -%}
    {%- if node -%}
        {%- for name in (node.columns.values() | list + variable_columns(node)) | map(attribute='name') | unique -%}
            {{ others.get(name, relation ~ '.' ~ name) }} as {{ name }},
            {{- '\n        ' if not loop.last -}}
        {%- endfor -%}
    {%- else -%}
        {{ relation }}.*,
        {%- for name, expression in others.items() %}
            {{ expression }} as {{ name }},
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
