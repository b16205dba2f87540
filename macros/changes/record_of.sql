{# Whose rows a followed model has: `conversation` or `ticket`. #}
{% macro record_of(followed) -%}
    {{ return(graph.nodes['model.intercom_warehouse.' ~ followed].config.meta.is_followed) }}
{%- endmacro %}
