{#
    A query: one row per time of a close that Intercom's statistics ever recorded, and how many reopenings it counted before that close
    (-1: it did not say). Closes of one conversation may be in it twice.
    `conversations`, `retrievals`, `events`: relations with the columns of `int_conversations`, `stg_intercom__conversation_retrievals`
    and `int_conversation_events`.
    Intercom's first close belongs to the first spell only where each reopening was shown. Another close could lie between the two
    otherwise.
#}
{% macro recorded_closes(conversations, retrievals, events) -%}
    with

    shown_reopens as (
        select
            workspace_id,
            conversation_id,
            {{ count_if('is_reopen') }} as count_shown_reopens,
        from {{ events }} as events
        group by workspace_id, conversation_id
    )

    select
        retrievals.workspace_id,
        retrievals.conversation_id,
        coalesce(retrievals.statistics_count_reopens, -1) as reopens_before,
        retrievals.statistics_last_close_at as closed_at,
    from {{ retrievals }} as retrievals
    where retrievals.state = 'closed' and retrievals.statistics_last_close_at is not null
    union all
    select
        workspace_id,
        conversation_id,
        coalesce(statistics_count_reopens, -1) as reopens_before,
        statistics_last_close_at as closed_at,
    from {{ conversations }} as conversations
    where state = 'closed' and statistics_last_close_at is not null
    union all
    select
        conversations.workspace_id,
        conversations.conversation_id,
        0 as reopens_before,
        conversations.statistics_first_close_at as closed_at,
    from {{ conversations }} as conversations
    inner join shown_reopens
        on
            conversations.workspace_id = shown_reopens.workspace_id
            and conversations.conversation_id = shown_reopens.conversation_id
    where
        conversations.statistics_first_close_at is not null
        and conversations.statistics_count_reopens <= shown_reopens.count_shown_reopens
{%- endmacro %}
