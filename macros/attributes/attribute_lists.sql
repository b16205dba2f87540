{#
    For a select list: the values of each attribute of a project variable as arrays of texts, value_list_1, value_list_2 and so on.
    `attributes`: a JSON column of values by name. An object is what it is called, references to records are a list in an object, and
    what was emptied has no text. `definitions`: the name that `join_definitions` was given. It adds the ids and labels of choices.
#}
{% macro attribute_lists(variable, attributes, definitions=none) -%}
    {%- for entry in attribute_columns(variable) %}
        {%- set sent = json_field(attributes, entry.attribute) %}
        {%- set value = 'coalesce(' ~ json_obj(sent, '$.instances') ~ ', ' ~ sent ~ ')' %}
        case
            when {{ json_kind(value) }} = 'array' then {{ json_texts(value) }}
            else [{{ json_called(value) }}]
        end as value_list_{{ loop.index }},
        {%- if definitions is not none %}
            coalesce({{ definitions }}_{{ loop.index }}.option_ids, {{ empty_text_array() }}) as option_ids_{{ loop.index }},
            coalesce({{ definitions }}_{{ loop.index }}.labels_of_option_ids, {{ empty_text_array() }}) as option_labels_{{ loop.index }},
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
