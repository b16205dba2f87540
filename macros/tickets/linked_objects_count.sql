{# How many objects Intercom says are linked, in the JSON object `linked_objects` at a path; at least as many as it lists. #}
{% macro linked_objects_count(column, path) -%}
    greatest(coalesce({{ json_count(column, path ~ '.total_count') }}, 0), {{ json_length(column, path ~ '.data') }})
{%- endmacro %}
