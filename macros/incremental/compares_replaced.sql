{# Whether an update of a model compares the new rows with those that they replace (`compare_replaced`). #}
{% macro compares_replaced() -%}
    {%- set meta = model.config.meta -%}
    {{ return(meta.get('tells_days') or meta.get('is_followed') or meta.get('settled_by') is not none) }}
{%- endmacro %}
