{#
    For a from clause: joins the definition of each attribute of a project variable, under the name of the relation `definitions` with
    _1, _2 and so on. It has a row per key and name. `on`: pairs of a column in the clause and the column of the key that equals it.
#}
{% macro join_definitions(variable, definitions, on) -%}
    {%- for entry in attribute_columns(variable) %}
        {%- set joined = definitions ~ '_' ~ loop.index %}
        {%- set conditions = [joined ~ '.name = ' ~ text_literal(entry.attribute)] %}
        {%- for column, key in on %}
            {%- do conditions.append(column ~ ' = ' ~ joined ~ '.' ~ key) %}
        {%- endfor %}
        left join {{ definitions }} as {{ joined }} on {{ conditions | join(' and ') }}
    {%- endfor %}
{%- endmacro %}
