{#
    A query: one row per part that comes after a close which no part shows, and of which Intercom told all the same: a stored version said
    closed, or the statistics have a close, since the last part that says the state. What opened the conversation again is then the part.
    `recorded_close_at` is Intercom's record of that close, null where only the state told of it.
    `parts`: rows of `int_conversation_parts` with what is known before each (`state_before_at`, gaps); `retrievals`: a relation with the
    columns of `stg_intercom__conversation_retrievals`.
#}
{% macro closes_told_between(parts, retrievals) -%}
    with

    -- A message of the team does not open a conversation. Where one is open below such a message, nobody knows what opened it.
    -- What a teammate sent by the API begins closed, without a close. Parts that were never shown may have closed and opened it.
    changing_parts as (
        select
            workspace_id,
            conversation_id,
            conversation_part_id,
            state_after = 'closed' as is_closed_after,
            {{ later_of('state_before_at', 'conversation_created_at') }} as state_before_at,
            created_at,
        from {{ parts }} as parts
        where
            (
                state_after = 'closed'
                or is_explicit_open
                or part_type = 'snoozed'
                or (author_kind = 'customer' and part_type in ('comment', 'quick_reply') and state_after = 'open')
            )
            and coalesce(state_before, case when opened_by = 'customer' then 'open' end) in ('open', 'snoozed')
            and not (is_after_gap and coalesce(is_state_before_gap, is_beginning_unseen))
    ),

    -- All times are Intercom's. When we asked is another clock's, and that clock may be wrong by days.
    told as (
        select distinct
            workspace_id,
            conversation_id,
            state = 'closed' as is_closed,
            updated_at as told_at,
            cast(null as timestamp) as recorded_close_at,
        from {{ retrievals }} as retrievals
        where state is not null
        union all
        select distinct
            workspace_id,
            conversation_id,
            true as is_closed,
            statistics_last_close_at as told_at,
            statistics_last_close_at as recorded_close_at,
        from {{ retrievals }} as retrievals
        where statistics_last_close_at is not null
    ),

    -- A version that says what the part does may be dated some seconds before the part.
    told_before as (
        select
            changing_parts.workspace_id,
            changing_parts.conversation_part_id,
            told.is_closed,
            told.told_at,
            told.recorded_close_at,
            max(case when not told.is_closed then told.told_at end) over (
                partition by changing_parts.workspace_id, changing_parts.conversation_part_id
            ) as last_told_open_at,
        from changing_parts
        inner join told
            on changing_parts.workspace_id = told.workspace_id and changing_parts.conversation_id = told.conversation_id
        where
            {{ secs_between('changing_parts.state_before_at', 'told.told_at') }} > {{ same_act_seconds_max() }}
            and {{ secs_between('told.told_at', 'changing_parts.created_at') }}
            > case when told.is_closed = changing_parts.is_closed_after then {{ same_act_seconds_max() }} else 0 end
    )

    -- Where a later version said open, something else than the part had opened the conversation.
    select
        workspace_id,
        conversation_part_id,
        min(recorded_close_at) as recorded_close_at,
    from told_before
    where is_closed and (last_told_open_at is null or told_at > last_told_open_at)
    group by workspace_id, conversation_part_id
{%- endmacro %}
