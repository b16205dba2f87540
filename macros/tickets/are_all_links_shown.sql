{#
    Whether a JSON object `linked_objects` lists all that is linked. Intercom lists at most 1,000 and then says `has_more`. Without a
    list nothing is known.
#}
{% macro are_all_links_shown(links) -%}
    coalesce(
        {{ json_obj(links, '$.data') }} is not null
        and not coalesce({{ json_bool(links, '$.has_more') }}, false)
        and {{ linked_objects_count(links) }} = {{ json_length(links, '$.data') }},
        false
    )
{%- endmacro %}
