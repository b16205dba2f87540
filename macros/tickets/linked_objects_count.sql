{# How many objects Intercom says are linked, of a JSON object `linked_objects`; at least as many as it lists. #}
{% macro linked_objects_count(links) -%}
    greatest(coalesce({{ json_count(links, '$.total_count') }}, 0), {{ json_length(links, '$.data') }})
{%- endmacro %}
