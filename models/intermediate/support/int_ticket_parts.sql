-- one row per part of a ticket that Intercom still has: who wrote it, what it is, and what it did to the ticket's state
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'ticket_part_id'],
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
    meta={'follows': 'int_ticket_versions', 'logic_version': 2},
) }}
{%- set months = changed_months() %}
{#- A part of any type may carry the state that the ticket has. Beside a text, only a change of the state makes it an event. #}
{%- set has_details -%}
    (
        coalesce(parts.state_category_from <> parts.state_category_to, false)
        or (
            parts.body is null and not parts.is_media
            and (parts.state_category_to is not null or parts.updated_attribute_id is not null)
        )
    )
{%- endset %}

with

parts as (
    select * from {{ ref('stg_intercom__ticket_parts') }}
    where {{ in_months('ticket_created_at', months) }}
),

lookups as (
    select * from {{ ref('int_ticket_lookups') }}
),

gaps as (
    select * from {{ ref('int_ticket_gaps') }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

changed as (
    {{ changed_conversations(ref('int_ticket_versions'), record='ticket') }}
),

classified as (
    select
        parts.workspace_id,
        parts.ticket_part_id,
        parts.ticket_id,
        parts.author_id,
        case when parts.assigned_to_type = 'admin' then parts.assigned_to_id end as assigned_to_teammate_id,
        case when parts.assigned_to_type = 'team' then parts.assigned_to_id end as assigned_to_team_id,
        parts.updated_attribute_id,
        parts.part_type,
        parts.body,
        parts.author_type,
        parts.author_name,
        parts.author_email,
        parts.attachments_count,
        parts.updated_attribute_name,
        parts.updated_attribute_value,
        parts.is_redacted,
        parts.is_from_ai_agent or parts.is_ai_answer as is_ai_generated,
        parts.created_at,
        parts.updated_at,
        {{ author_kind('parts') }} as author_kind,
        parts.body is not null or parts.is_media as is_with_body,
        {{ is_note_part('parts.part_type') }} as is_note,
        {{ is_event_part('parts.part_type', has_details=has_details) }} as is_event,
        {{ is_assignment_part('parts.part_type') }} and parts.assigned_to_id is not null as is_assignment,
        -- A converted ticket shows the conversation's opening message as a part. It is a message and no reply.
        coalesce(parts.ticket_part_id = lookups.opening_part_id, false) as is_opening,
        -- A part of any type may carry the state that the ticket has. Only a part about the state, or one with two states, changes it.
        coalesce(
            parts.state_category_to is not null
            and (parts.part_type like 'ticket_state_%' or parts.state_category_from <> parts.state_category_to),
            false
        ) as is_about_state,
        parts.state_category_from,
        parts.state_category_to,
        coalesce(gaps.is_after_gap, false) as is_after_gap,
        coalesce(gaps.is_before_gap, false) as is_before_gap,
        -- An imported part may be dated before the ticket. Its time is then the creation, because its own date would give negative times.
        {{ later_of('parts.created_at', 'lookups.ticket_created_at') }} as happened_at,
        lookups.office_hours_schedule_id,
        lookups.fetched_at,
        lookups.ticket_created_at,
        changed.built_from,
    from parts
    inner join changed
        on parts.workspace_id = changed.workspace_id and parts.ticket_id = changed.ticket_id
    inner join lookups
        on parts.workspace_id = lookups.workspace_id and parts.ticket_id = lookups.ticket_id
    left join gaps
        on
            parts.workspace_id = gaps.workspace_id
            and parts.ticket_id = gaps.ticket_id
            and parts.ticket_part_id = gaps.event_id
),

with_messages as (
    select
        *,
        {{ is_public_message_part() }} as is_public_message,
        case when is_about_state then state_category_to end as state_category_after,
        -- Ids of one ticket ascend, but as text '9' would follow '10'.
        row_number() over (
            partition by workspace_id, ticket_id order by created_at, length(ticket_part_id), ticket_part_id
        ) as position,
    from classified
),

with_state_before as (
    select
        *,
        last_value(state_category_after ignore nulls) over (
            partition by workspace_id, ticket_id order by position rows between unbounded preceding and 1 preceding
        ) as state_category_shown_before,
    from with_messages
),

final as (
    select
        with_state_before.workspace_id,
        with_state_before.ticket_part_id,
        with_state_before.ticket_id,
        with_state_before.position,
        with_state_before.author_id,
        with_state_before.assigned_to_teammate_id,
        with_state_before.assigned_to_team_id,
        with_state_before.updated_attribute_id,

        with_state_before.part_type,
        with_state_before.author_kind,
        with_state_before.author_type,
        with_state_before.author_name,
        with_state_before.author_email,
        with_state_before.body,
        with_state_before.attachments_count,
        with_state_before.updated_attribute_name,
        with_state_before.updated_attribute_value,
        case
            when with_state_before.is_about_state
                then coalesce(with_state_before.state_category_from, with_state_before.state_category_shown_before)
        end as state_category_before,
        with_state_before.state_category_after,

        with_state_before.is_public_message and not with_state_before.is_redacted as is_message,
        with_state_before.is_opening,
        with_state_before.is_note,
        with_state_before.is_assignment,
        with_state_before.is_redacted,
        with_state_before.is_ai_generated,
        with_state_before.is_about_state,
        -- Intercom writes a part from a state to itself when a ticket begins. It changes nothing.
        coalesce(
            coalesce(with_state_before.state_category_from, with_state_before.state_category_shown_before)
            <> with_state_before.state_category_after,
            false
        ) as is_state_change,
        -- The part says that the ticket was in another state than the part before said: a change was never shown.
        coalesce(with_state_before.state_category_from <> with_state_before.state_category_shown_before, false)
        and with_state_before.is_about_state as is_after_unseen_change,
        with_state_before.is_after_gap,
        with_state_before.is_before_gap,

        with_state_before.created_at,
        with_state_before.updated_at,
        with_state_before.happened_at,
        {{ open_seconds_at('office_hours', 'with_state_before.happened_at', 'with_state_before.fetched_at') }} as open_seconds_at,
        with_state_before.ticket_created_at,
        with_state_before.built_from,
    from with_state_before
    left join office_hours
        on
            with_state_before.workspace_id = office_hours.workspace_id
            and with_state_before.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and {{ is_in_stretch('office_hours', 'with_state_before.happened_at') }}
)

select * from final
