{#
    A condition: the staging model already has a version of a row that is as new, or newer. `order`: raw columns, the most important
    first. The model has the same columns without the underscore. `is_near`: a condition on `built`, which leaves partitions out.
#}
{% macro is_built(row, id_column, order, is_near='true') -%}
    {%- set ways = [] -%}
    {%- for column in order -%}
        {%- set conditions = [] -%}
        {%- for weightier in order[:loop.index0] -%}
            {%- do conditions.append(or_epoch(row ~ '.' ~ weightier) ~ ' = ' ~ or_epoch('built.' ~ weightier.lstrip('_'))) -%}
        {%- endfor -%}
        {%- do conditions.append(or_epoch(row ~ '.' ~ column) ~ ' > ' ~ or_epoch('built.' ~ column.lstrip('_'))) -%}
        {%- do ways.append('(' ~ conditions | join(' and ') ~ ')') -%}
    {%- endfor -%}
    exists (
        select 1
        from {{ this }} as built
        where
            {{ is_near }}
            and built.workspace_id = {{ row }}._workspace_id
            and built.{{ id_column }} = {{ row }}.id
            and not ({{ ways | join(' or ') }})
    )
{%- endmacro %}
