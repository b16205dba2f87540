{#
    Whether the JSON object `linked_objects` at a path lists all that is linked. Intercom lists at most 1,000 and then says `has_more`.
    Without a list nothing is known.
#}
{% macro are_all_links_shown(column, path) -%}
    coalesce(
        {{ json_obj(column, path ~ '.data') }} is not null
        and not coalesce({{ json_bool(column, path ~ '.has_more') }}, false)
        and {{ linked_objects_count(column, path) }} = {{ json_length(column, path ~ '.data') }},
        false
    )
{%- endmacro %}
