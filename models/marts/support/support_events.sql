-- one row per event that the figures of a period count: what came in, what was done, and how long it took
{{ config(materialized='versioned_view', meta={'rows_of': 'int_support_events'}) }}

with

final as (
    select * from {{ ref('int_support_events') }}
)

select * from final
