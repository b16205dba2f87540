{#
    For a select list: the text of each attribute of a project variable, as attribute_1, attribute_2 and so on, from the columns of
    `attribute_lists`; null where the attribute was emptied. `has_options`: whether the columns have the ids and labels of choices.
#}
{% macro attribute_texts(variable, has_options=false) -%}
    {%- for entry in attribute_columns(variable) %}
        {%- set number = loop.index %}
        {%- set texts = 'value_list_' ~ number %}
        {%- if has_options %}
            {%- set texts = labels_of(texts, 'option_ids_' ~ number, 'option_labels_' ~ number) %}
        {%- endif %}
        nullif(array_to_string({{ texts }}, ', '), '') as attribute_{{ number }},
    {%- endfor %}
{%- endmacro %}
