{#
    The columns that a model has by a project variable, beside those in its yml: a list of maps with name, data_type and description.
    Jinja cannot add columns to a yml, so the model says in its `meta` which variable adds them.
#}
{% macro variable_columns(node) -%}
    {%- set types = {'text': 'string', 'number': float_type(), 'boolean': 'boolean', 'timestamp': 'timestamp'} -%}
    {%- set variable = node.config.meta.get('attribute_columns_of') -%}
    {%- set entries = attribute_columns(variable) if variable else [] -%}
    {%- if node.config.meta.get('attribute_groups_of') -%}
        {%- set entries = attribute_groups() -%}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for entry in entries -%}
        {%- set description = 'The attribute "' ~ entry.attribute ~ '" (vars: ' ~ (variable or 'conversation_attribute_columns') ~ ').' -%}
        {%- do columns.append({'name': entry.column, 'data_type': types[entry.type], 'description': description}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
