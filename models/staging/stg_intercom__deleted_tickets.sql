-- one row per workspace and ticket that Intercom answered 404 for: the latest evidence
{{ config(cluster_by=['workspace_id', 'ticket_id']) }}

with

loaded as (
    {{ complete_rows('tickets') }}
),

final as (
    select
        _workspace_id as workspace_id,
        id as ticket_id,
        -- A 404 says only that the ticket was gone at the time of the request.
        max(_fetched_at) as known_deleted_at,
        max(_loaded_at) as loaded_at,
    from loaded
    where coalesce(is_deleted, false)
    group by _workspace_id, id
)

select * from final
