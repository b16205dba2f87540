-- one row per event that the figures of a period count: what came in, what was done, and how long it took
{{ config(materialized='versioned_view', meta={'rows_of': 'int_support_events'}) }}

with

events as (
    select * from {{ ref('int_support_events') }}
),

final as (
    select
        {{ columns_of_mart('support_events', 'events', {}) }}
    from events
)

select * from final
