{#
    The hook before each model: adds the columns of project variables to those of the model's yml. So the contract holds for all columns,
    and their descriptions reach the warehouse too.
#}
{% macro declare_variable_columns() -%}
    {%- if execute -%}
        {%- for column in variable_columns(graph.nodes[model.unique_id]) -%}
            {%- do model.columns.update({column.name: dict(column, meta={}, tags=[], constraints=[], quote=none)}) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
