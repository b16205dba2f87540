{#
    A condition: two records are linked now. `one` and `other` are relations with fetched_at and is_linked_list_complete;
    `is_listed_by_one` says whether `one` lists the other, and `is_listed_by_other` the reverse.
    Where the two disagree, the record that was retrieved later is right, if it lists all of its links. A tracker lists at most 1,000 of
    up to 2,500 conversations. Each conversation names its tracker, so the rest is known from there.
#}
{% macro is_still_linked(one, is_listed_by_one, other, is_listed_by_other) -%}
    (
        ({{ is_listed_by_one }} and {{ is_listed_by_other }})
        or (
            {{ is_listed_by_one }}
            and not coalesce({{ other }}.is_linked_list_complete and {{ other }}.fetched_at > {{ one }}.fetched_at, false)
        )
        or (
            {{ is_listed_by_other }}
            and not coalesce({{ one }}.is_linked_list_complete and {{ one }}.fetched_at > {{ other }}.fetched_at, false)
        )
    )
{%- endmacro %}
