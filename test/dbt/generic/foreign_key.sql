{# Where every column of a (composite) key is given, the row that it names exists. #}
{% test foreign_key(model, columns, to, to_columns) %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    with

    child as (
        select * from {{ model }}
    )

    select child.*
    from child
    left join {{ to }} as parent
        on
            {%- for column in columns %}
            {{ 'and ' if not loop.first }}child.{{ column }} = parent.{{ to_columns[loop.index0] }}
            {%- endfor %}
    where
        parent.{{ to_columns[0] }} is null
        {%- for column in columns %}
        and child.{{ column }} is not null
        {%- endfor %}
{% endtest %}
