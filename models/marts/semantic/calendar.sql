-- one row per day from 2010 to 2040: MetricFlow's time spine, and the table of dates for a BI tool
-- A view that reads no table: it costs nothing to build, and the same days are there however much was synced.
{{ config(materialized='versioned_view') }}

with

bounds as (
    select
        date '2010-01-01' as first_on,
        date '2040-12-31' as last_on,
),

final as (
    select
        day,
        {{ week_of('day') }} as week,
        {{ month_of('day') }} as month,
    from bounds
    {{ unnest_days('first_on', 'last_on', 'day') }}
)

select * from final
