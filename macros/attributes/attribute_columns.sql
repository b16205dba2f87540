{#
    The columns that a project variable (`vars: conversation_attribute_columns` …) makes of attributes: a list of maps with attribute,
    column, type and group_support_daily. dbt checks the variable whenever it parses the project, so a mistake stops it before it
    builds anything. Errors: whatever the docs (docs/attributes.md) do not allow, by the variable, the entry and what to do.
#}
{% macro attribute_columns(variable) -%}
    {%- set entries = var(variable, []) or [] -%}
    {%- if entries is string or entries is mapping or entries is not sequence -%}
        {{ refuse_attribute_column(
            variable, none, 'it is no list', 'Write a list of entries, such as [' ~ example_attribute_column() ~ ']'
        ) }}
    {%- endif -%}
    {%- set names = [] -%}
    {%- set columns = [] -%}
    {%- for entry in entries -%}
        {%- set place = 'entry ' ~ loop.index ~ ' (' ~ entry ~ ')' -%}
        {%- set problem = problem_of_attribute_column(variable, entry, names) -%}
        {%- if problem -%}
            {{ refuse_attribute_column(variable, place, problem[0], problem[1]) }}
        {%- endif -%}
        {%- do names.append(entry.column) -%}
        {%- do columns.append({
            'attribute': entry.attribute, 'column': entry.column, 'type': entry.type,
            'group_support_daily': entry.get('group_support_daily', false),
        }) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}
