-- one row per ticket that Intercom still has: the version that everything derived from this ticket alone is built from
{{ config(cluster_by=['workspace_id', 'ticket_id']) }}

with

lookups as (
    select * from {{ ref('int_ticket_lookups') }}
),

parts as (
    select * from {{ ref('stg_intercom__ticket_parts') }}
),

gaps as (
    select
        workspace_id,
        ticket_id,
        {{ count_if('is_after_gap') }} as parts_after_gaps,
        {{ count_if('is_before_gap') }} as parts_before_gaps,
    from {{ ref('int_ticket_gaps') }}
    group by workspace_id, ticket_id
),

threads as (
    select
        workspace_id,
        ticket_id,
        count(*) as parts_count,
        max(fetched_at) as fetched_at,
        max(loaded_at) as loaded_at,
    from parts
    group by workspace_id, ticket_id
),

final as (
    select
        lookups.workspace_id,
        lookups.ticket_id,
        lookups.ticket_created_at,
        {{ later_of('lookups.loaded_at', 'threads.loaded_at') }} as loaded_at,
        {{ version_of([
            'lookups.built_from', 'threads.parts_count', epoch_seconds('threads.fetched_at'), 'gaps.parts_after_gaps',
            'gaps.parts_before_gaps',
        ]) }} as built_from,
    from lookups
    left join threads
        on lookups.workspace_id = threads.workspace_id and lookups.ticket_id = threads.ticket_id
    left join gaps
        on lookups.workspace_id = gaps.workspace_id and lookups.ticket_id = gaps.ticket_id
)

select * from final
