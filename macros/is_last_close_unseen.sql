{#
    A condition: the last close of a closed conversation is past the 500 parts that Intercom shows, in the gap before them or
    between two syncs, so that its own record of the time stands in. `conversations` and `facts` are what the caller calls them.
#}
{% macro is_last_close_unseen() -%}
    (
        facts.last_close_at is null
        or (
            facts.last_reopen_at > facts.last_close_at
            and coalesce(conversations.statistics_last_close_at >= facts.last_reopen_at, false)
        )
    )
{%- endmacro %}
