-- one row per workspace: the days up to which its data and its conversations are known
-- Models that need no time of day read this one: a sync that brings nothing new changes no day, so they are left as they are.
{{ config(meta={'compares_rows': true}) }}

with

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

final as (
    select
        workspace_id,
        {{ local_date('data_as_of_at', reporting_time_zone()) }} as data_as_of_on,
        {{ local_date('conversations_as_of_at', reporting_time_zone()) }} as conversations_as_of_on,
        cast(data_as_of_at as date) as data_as_of_utc_day,
    from freshness
)

select * from final
