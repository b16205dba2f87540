-- one row per ticket that Intercom still has: counts, times and durations of its parts and states
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_ticket_versions'},
    unique_key=['workspace_id', 'ticket_id'],
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
) }}
{%- set months = changed_months() %}
{%- set categories = ['submitted', 'in_progress', 'waiting_on_customer', 'resolved'] %}

with

all_parts as (
    select * from {{ new_rows_of(ref('int_ticket_parts')) }}
    where {{ in_months('ticket_created_at', months) }}
),

all_spells as (
    select * from {{ new_rows_of(ref('int_ticket_spells')) }}
    where {{ in_months('ticket_created_at', months) }}
),

lookups as (
    select * from {{ ref('int_ticket_lookups') }}
),

changed as (
    {{ changed_conversations(ref('int_ticket_versions'), record='ticket') }}
),

-- A reply is a public message of a human. After parts that Intercom never showed, no message is known to be the first reply.
parts as (
    select
        all_parts.*,
        all_parts.is_message and not all_parts.is_opening and all_parts.author_kind = 'teammate' as is_reply,
        -- Empty where a whole team writes.
        case when all_parts.author_type = 'admin' then coalesce(all_parts.author_id, '') else '' end as writing_teammate_id,
    from all_parts
    inner join changed
        on all_parts.workspace_id = changed.workspace_id and all_parts.ticket_id = changed.ticket_id
),

part_facts as (
    select
        workspace_id,
        ticket_id,
        count(*) as count_parts,
        {{ count_if('is_message') }} as count_messages,
        {{ count_if('is_reply') }} as count_replies,
        {{ count_if('is_note') }} as count_notes,
        {{ count_if('is_assignment') }} as count_assignments,
        {{ count_if('is_after_gap or is_before_gap') }} > 0 as is_with_gap,
        {{ count_if('is_after_unseen_change') }} > 0 as is_with_unseen_change,
        {{ last_by('case when is_about_state then state_category_after end', 'position') }} as last_state_category,
        -- Null where a whole team replied: the next teammate's id would stand beside the time of another reply.
        nullif(
            {{ first_by('case when is_reply and not is_after_gap then writing_teammate_id end', 'position') }}, ''
        ) as first_reply_teammate_id,
        min(case when is_reply and not is_after_gap then happened_at end) as first_reply_at,
        min(
            case when is_reply and not is_after_gap then {{ clock_place('open_seconds_at', 'happened_at') }} end
        ) as first_reply_place,
        -- The last change of state is known to be the last one only if no part after it is missing.
        max(case when is_state_change and is_before_gap then position end) as last_change_before_gap,
        max(case when is_state_change then position end) as last_change,
        max(happened_at) as last_part_at,
    from parts
    group by workspace_id, ticket_id
),

spell_facts as (
    select
        all_spells.workspace_id,
        all_spells.ticket_id,
        max(all_spells.ticket_created_at) as ticket_created_at,
        max(changed.built_from) as built_from,
        max(case when all_spells.spell_number = 1 then all_spells.started_open_seconds end) as created_open_seconds,
        {{ count_if("all_spells.state_category_before = 'resolved' and all_spells.state_category <> 'resolved'") }} as count_reopens,
        {{ count_if('all_spells.state_category is null') }} > 0 as is_with_unknown_state,
        {%- set is_resolving = "all_spells.is_last and all_spells.spell_number > 1 and all_spells.state_category = 'resolved'" %}
        max(case when {{ is_resolving }} then all_spells.started_at end) as resolved_at,
        max(case when {{ is_resolving }} then all_spells.started_open_seconds end) as resolved_open_seconds,
        {%- for category in categories %}
            {%- set of_category = "case when all_spells.state_category = '" ~ category ~ "' then all_spells.spell" %}
            coalesce({{ sum_int(of_category ~ '_seconds end') }}, 0) as {{ category }}_seconds,
            coalesce(
                {{ if_all_known(
                    sum_int(of_category ~ '_office_seconds end'), of_category ~ '_office_seconds end', of_category ~ '_seconds end'
                ) }},
                case when {{ count_if("all_spells.state_category = '" ~ category ~ "'") }} = 0 then 0 end
            ) as {{ category }}_office_seconds,
        {%- endfor %}
    from all_spells
    inner join changed
        on all_spells.workspace_id = changed.workspace_id and all_spells.ticket_id = changed.ticket_id
    group by all_spells.workspace_id, all_spells.ticket_id
),

joined as (
    select
        spell_facts.*,
        coalesce(part_facts.count_parts, 0) as count_parts,
        coalesce(part_facts.count_messages, 0) as count_messages,
        coalesce(part_facts.count_replies, 0) as count_replies,
        coalesce(part_facts.count_notes, 0) as count_notes,
        coalesce(part_facts.count_assignments, 0) as count_assignments,
        coalesce(part_facts.is_with_gap, false) as is_with_gap,
        part_facts.first_reply_teammate_id,
        part_facts.first_reply_at,
        {{ open_seconds_of('part_facts.first_reply_place') }} as first_reply_open_seconds,
        part_facts.last_part_at,
        coalesce(part_facts.last_change = part_facts.last_change_before_gap, false) as is_last_change_before_gap,
        -- Intercom shows only the 500 most recent parts. Where it gives no count, 500 parts may not be all.
        coalesce(
            coalesce(part_facts.count_parts, 0) >= lookups.parts_total_count,
            coalesce(part_facts.count_parts, 0) < {{ parts_shown_max() }}
        ) as is_thread_complete,
        -- A change without a part, or parts that lead to another state than the ticket has, would make times in states wrong.
        not coalesce(part_facts.is_with_unseen_change, false)
        and not spell_facts.is_with_unknown_state
        and coalesce(part_facts.last_state_category = lookups.state_category, part_facts.last_state_category is null)
            as are_shown_states_coherent,
        lookups.state_category,
    from spell_facts
    inner join lookups
        on spell_facts.workspace_id = lookups.workspace_id and spell_facts.ticket_id = lookups.ticket_id
    left join part_facts
        on spell_facts.workspace_id = part_facts.workspace_id and spell_facts.ticket_id = part_facts.ticket_id
),

final as (
    select
        workspace_id,
        ticket_id,
        -- Where only later messages are known, none of them is known to be the first.
        case when is_thread_complete or is_with_gap then first_reply_teammate_id end as first_reply_teammate_id,

        count_parts,
        count_messages,
        count_replies,
        count_notes,
        count_assignments,
        case when is_thread_complete and are_shown_states_coherent then count_reopens end as count_reopens,
        {%- for category in categories %}
            case when is_thread_complete and are_shown_states_coherent then {{ category }}_seconds end as {{ category }}_seconds,
            case when is_thread_complete and are_shown_states_coherent then {{ category }}_office_seconds end
                as {{ category }}_office_seconds,
        {%- endfor %}

        is_thread_complete,

        case when is_thread_complete or is_with_gap then first_reply_at end as first_reply_at,
        case when is_thread_complete or is_with_gap then first_reply_open_seconds end as first_reply_open_seconds,
        case when state_category = 'resolved' and not is_last_change_before_gap then resolved_at end as resolved_at,
        case when state_category = 'resolved' and not is_last_change_before_gap then resolved_open_seconds end
            as resolved_open_seconds,
        created_open_seconds,
        {{ later_of('last_part_at', 'ticket_created_at') }} as last_event_at,
        ticket_created_at,
        built_from,
    from joined
)

select * from final
