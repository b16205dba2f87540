{# The columns of `vars: conversation_attribute_columns` by which `support_daily` counts, as `attribute_columns` gives them. #}
{% macro attribute_groups() -%}
    {{ return(attribute_columns('conversation_attribute_columns') | selectattr('group_support_daily') | list) }}
{%- endmacro %}
