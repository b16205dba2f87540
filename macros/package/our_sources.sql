{# The raw tables that the loader writes. #}
{% macro our_sources() -%}
    {{ return(graph.sources.values() | selectattr('package_name', 'equalto', 'intercom_warehouse') | list) }}
{%- endmacro %}
