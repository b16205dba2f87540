{#
    For a select list: the columns that a project variable makes of the attributes in a JSON column. It goes last in the list, because the
    table has these columns last. The model says `config(meta={'attribute_columns_of': variable})`.
#}
{% macro select_attribute_columns(variable, attributes) -%}
    {%- for entry in attribute_columns(variable) %}
        {{ attribute_value(json_text(json_field(attributes, entry.attribute)), entry.type) }} as {{ entry.column }},
    {%- endfor %}
{%- endmacro %}
