-- one row per part of a conversation that Intercom still has: who wrote it, what it is, and what it did to the state
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'logic_version': 3},
    unique_key=['workspace_id', 'conversation_part_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

parts as (
    select
        workspace_id,
        conversation_part_id,
        conversation_id,
        author_id,
        assigned_to_id,
        part_type,
        state,
        body,
        author_type,
        author_name,
        author_email,
        assigned_to_type,
        attachments_count,
        event_details,
        is_redacted,
        is_from_ai_agent,
        is_ai_answer,
        is_media,
        created_at,
        updated_at,
        conversation_created_at,
    from {{ ref('stg_intercom__conversation_parts') }}
    where {{ in_months('conversation_created_at', months) }}
),

conversations as (
    select
        workspace_id,
        conversation_id,
        opened_by,
        statistics_first_close_at,
    from {{ ref('int_conversations') }}
    where {{ in_months('created_at', months) }}
),

retrievals as (
    select
        workspace_id,
        conversation_id,
        state,
        statistics_last_close_at,
        updated_at,
    from {{ ref('stg_intercom__conversation_retrievals') }}
    where {{ in_months('conversation_created_at', months) }}
),

gaps as (
    select
        workspace_id,
        conversation_id,
        event_id,
        is_after_gap,
        is_before_gap,
    from {{ ref('int_conversation_gaps') }}
),

unseen_beginnings as (
    select
        workspace_id,
        conversation_id,
    from gaps
    where event_id = 'opening'
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

classified as (
    select
        parts.*,
        changed.built_from,
        -- A customer's conversation begins open: a first `open` opens nothing, unless there was a close before it that was not shown.
        -- A conversation that a teammate sent by the API begins closed, without a close: there a first `open` is a reopening.
        -- For a long thread neither is known, so a first `open` counts as no reopening.
        (coalesce(conversations.opened_by, '') <> 'customer' and unseen_beginnings.conversation_id is null)
        or coalesce(conversations.statistics_first_close_at < parts.created_at, false) as is_closed_if_nothing_is_shown_before,
        conversations.opened_by,
        coalesce(gaps.is_after_gap, false) as is_after_gap,
        coalesce(gaps.is_before_gap, false) as is_before_gap,
        unseen_beginnings.conversation_id is not null as is_beginning_unseen,
        {{ author_kind('parts') }} as author_kind,
        parts.body is not null or parts.is_media as is_with_body,
        {{ is_note_part('parts.part_type') }} as is_note,
        {{ is_event_part('parts.part_type', has_details='parts.event_details is not null') }} as is_event,
        coalesce(parts.part_type = 'close', false) as is_close,
        -- Intercom writes this part into a conversation that is merged into another. The merge closes it, without a `close`.
        coalesce(parts.part_type = 'merged_secondary_conversation', false) as is_merge,
        coalesce(parts.part_type in ('open', 'assign_and_reopen', 'note_and_reopen'), false) as is_explicit_open,
        {{ is_assignment_part('parts.part_type') }} as is_assignment,
    from parts
    inner join changed
        on parts.workspace_id = changed.workspace_id and parts.conversation_id = changed.conversation_id
    left join conversations
        on parts.workspace_id = conversations.workspace_id and parts.conversation_id = conversations.conversation_id
    left join unseen_beginnings
        on
            parts.workspace_id = unseen_beginnings.workspace_id
            and parts.conversation_id = unseen_beginnings.conversation_id
    left join gaps
        on
            parts.workspace_id = gaps.workspace_id
            and parts.conversation_id = gaps.conversation_id
            and parts.conversation_part_id = gaps.event_id
),

with_states as (
    select
        *,
        -- A type that names a state counts before `state`, which some records lack.
        -- Where both are missing, a customer's reply opens, as it does in Intercom.
        case
            when is_close or is_merge then 'closed'
            when is_explicit_open then 'open'
            when part_type = 'snoozed' then 'snoozed'
            when state is not null then state
            when author_kind = 'customer' and part_type in ('comment', 'quick_reply') then 'open'
        end as state_after,
        {{ is_public_message_part() }} as is_public_message,
    from classified
),

with_state_before as (
    select
        *,
        -- Ids of one conversation ascend, but as text '9' would follow '10'.
        {%- for value, name in [
            ('state_after', 'state_before'), ('case when state_after is not null then created_at end', 'state_before_at'),
            ('case when state_after is not null then is_before_gap end', 'is_state_before_gap'),
        ] %}
            last_value({{ value }} ignore nulls) over (
                partition by workspace_id, conversation_id
                order by created_at, length(conversation_part_id), conversation_part_id
                rows between unbounded preceding and 1 preceding
            ) as {{ name }},
        {%- endfor %}
    from with_states
),

told_closes as (
    {{ closes_told_between('with_state_before', 'retrievals') }}
),

with_told_closes as (
    select
        with_state_before.*,
        told_closes.conversation_part_id is not null as is_after_told_close,
        told_closes.recorded_close_at,
    from with_state_before
    left join told_closes
        on
            with_state_before.workspace_id = told_closes.workspace_id
            and with_state_before.conversation_part_id = told_closes.conversation_part_id
),

final as (
    select
        {{ select_columns([
            'workspace_id', 'conversation_part_id', 'conversation_id', 'author_id', 'assigned_to_id', 'part_type',
            'body', 'author_type', 'author_name', 'author_email', 'assigned_to_type', 'attachments_count',
            'event_details', 'is_redacted', 'is_from_ai_agent', 'is_ai_answer', 'is_media', 'created_at',
            'updated_at', 'author_kind', 'is_with_body', 'is_note', 'is_event', 'is_close',
            'is_merge', 'is_explicit_open', 'is_assignment', 'state_after', 'is_public_message', 'state_before',
            'is_closed_if_nothing_is_shown_before', 'is_after_told_close', 'recorded_close_at', 'conversation_created_at',
            'built_from',
        ]) }}
        is_public_message and not is_redacted as is_message,
        is_public_message and is_redacted as is_redacted_message,
        -- An `open`, an assignment that reopens, or a customer's reply can reopen. A change from snoozed to open is a waking.
        coalesce(
            state_after = 'open'
            and (
                state_before = 'closed'
                or is_after_told_close
                or (state_before is null and is_explicit_open and is_closed_if_nothing_is_shown_before)
            ),
            false
        ) as is_reopen,
    from with_told_closes
)

select * from final
