{# An entry that is right, for messages. #}
{% macro example_attribute_column() %}{{ return('{attribute: "Plan", column: plan, type: text}') }}{% endmacro %}
