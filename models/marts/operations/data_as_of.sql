-- one row: the times up to which the data of all workspaces are known
with

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

-- The earliest workspace counts: after its time, figures over all workspaces would be too low. A workspace of which nothing is known
-- leaves nothing known of all.
known as (
    select
        case when count(conversations_as_of_at) = count(*) then min(conversations_as_of_at) end as data_as_of_at,
        case when count(tickets_as_of_at) = count(*) then min(tickets_as_of_at) end as tickets_as_of_at,
        count(*) as workspaces,
    from freshness
),

final as (
    select
        {{ local_date('data_as_of_at', reporting_time_zone()) }} as data_as_of_on,
        {{ reporting_time_zone() }} as reporting_time_zone,
        workspaces,
        data_as_of_at,
        tickets_as_of_at,
    from known
)

select * from final
