-- one row per workspace and ticket that Intercom answered 404 for: the latest evidence
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'ticket_id'],
    cluster_by=['workspace_id', 'ticket_id'],
    post_hook="{{ delete_vanished('(select * from ' ~ source('intercom_raw', 'tickets') ~ ' where coalesce(is_deleted, false))', {'workspace_id': '_workspace_id', 'ticket_id': 'id'}) }}",
) }}

with

loaded as (
    {{ complete_rows('tickets', last_load_taken_in()) }}
),

-- A 404 says only that the ticket was gone at the time of the request.
evidence as (
    select
        _workspace_id as workspace_id,
        id as ticket_id,
        _fetched_at as known_deleted_at,
        _loaded_at as loaded_at,
    from loaded
    where coalesce(is_deleted, false) and {{ loaded_since('_loaded_at', last_load_taken_in()) }}
    {%- if is_update() %}
        union all
        select
            workspace_id,
            ticket_id,
            known_deleted_at,
            loaded_at,
        from {{ this }}
    {%- endif %}
),

final as (
    select
        workspace_id,
        ticket_id,
        max(known_deleted_at) as known_deleted_at,
        max(loaded_at) as loaded_at,
    from evidence
    group by workspace_id, ticket_id
)

select * from final
