{#
    A query: how many rows of a model differ between `kept` and `new_rows`, of those that are settled. `meta: settled_by` says which are:
    `model` has one row, and in its `column` the day until which all is known; `began` is the model's own column of the day on which a
    row begins, and `ended` of the day on which it ends. What begins on the last known day or later is not settled, nor is such an end.
#}
{% macro settled_differences(kept, new_rows) -%}
    {%- set settled_by = model.config.meta.settled_by -%}
    {%- set columns = [] -%}
    {%- for column in adapter.get_columns_in_relation(this) -%}
        {%- do columns.append(column.name) -%}
    {%- endfor -%}
    with

    known as (
        select max({{ settled_by.column }}) as until_on from {{ ref(settled_by.model) }}
    ),

    counted as (
        {%- for rows, count in [(kept, 1), (new_rows, -1)] %}
        {% if not loop.first %}union all{% endif %}
        select
            {%- for column in columns if column != settled_by.ended %}
            each_row.{{ column }},
            {%- endfor %}
            case when each_row.{{ settled_by.ended }} < known.until_on then each_row.{{ settled_by.ended }} end as {{ settled_by.ended }},
            {{ count }} as rows_count,
        from (select * from {{ rows }}) as each_row
        cross join known
        where each_row.{{ settled_by.began }} < known.until_on
        {%- endfor %}
    )

    select count(*)
    from (
        select {{ columns | join(', ') }}
        from counted
        group by {{ columns | join(', ') }}
        having sum(rows_count) <> 0
    ) as differences
{%- endmacro %}
