{#
    For a select list: the columns that a project variable makes of the texts of `attribute_texts`. They go last in the list, because
    the table has these columns last. The model says `config(meta={'attribute_columns_of': variable})`.
#}
{% macro select_attribute_columns(variable, relation=none) -%}
    {%- for entry in attribute_columns(variable) %}
        {{ attribute_value((relation ~ '.' if relation else '') ~ 'attribute_' ~ loop.index, entry.type) }} as {{ entry.column }},
    {%- endfor %}
{%- endmacro %}
