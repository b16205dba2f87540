{#
    The columns of a model, as a hash of their names and declared types. The yml beside the model, and project variables, know them
    before any statement runs; a test compares them with the SQL.
#}
{% macro model_columns(unique_id) -%}
    {%- set known = remembered('model_columns') -%}
    {%- if unique_id not in known -%}
        {%- set columns = [] -%}
        {%- for column in graph.nodes[unique_id].columns.values() -%}
            {%- do columns.append(column.name ~ ' ' ~ (column.data_type or '')) -%}
        {%- endfor -%}
        {%- for column in variable_columns(graph.nodes[unique_id]) -%}
            {%- do columns.append(column.name ~ ' ' ~ column.data_type) -%}
        {%- endfor -%}
        {%- do known.update({unique_id: local_md5(columns | sort | join(', '))}) -%}
    {%- endif -%}
    {{ return(known[unique_id]) }}
{%- endmacro %}
