-- one row per tag, also those gone from Intercom
{{ config(materialized='versioned_view') }}

with

tags as (
    select * from {{ ref('stg_intercom__tags') }}
),

final as (
    select
        tag_id,
        workspace_id,

        name,

        is_deleted,
    from tags
)

select * from final
