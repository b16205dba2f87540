-- one row per office hours schedule that durations can be measured by: Intercom's, and a fallback for a workspace without any
{{ config(meta={'compares_rows': true}) }}

with

schedules as (
    select * from {{ ref('stg_intercom__office_hours_schedules') }}
),

versions as (
    select * from {{ ref('stg_intercom__office_hours_versions') }}
),

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

counted as (
    select
        workspace_id,
        office_hours_schedule_id,
        {{ text_from_map(var('default_office_hours_schedules'), 'workspace_id') }} as given_schedule_id,
        max(versions_count) as versions_count,
    from versions
    group by workspace_id, office_hours_schedule_id
),

-- Intercom's API does not say which schedule is the workspace's. The var says so, else the oldest schedule that is not deleted counts.
listed as (
    select
        counted.workspace_id,
        counted.office_hours_schedule_id,
        cast(counted.versions_count as string) as office_hours_version,
        row_number() over (
            partition by counted.workspace_id
            order by
                case when counted.office_hours_schedule_id = counted.given_schedule_id then 0 else 1 end,
                case when schedules.is_deleted then 1 else 0 end,
                length(counted.office_hours_schedule_id),
                counted.office_hours_schedule_id
        ) = 1 as is_default,
    from counted
    inner join schedules
        on
            counted.workspace_id = schedules.workspace_id
            and counted.office_hours_schedule_id = schedules.office_hours_schedule_id
),

fallbacks as (
    select distinct
        conversations.workspace_id,
        'fallback' as office_hours_schedule_id,
        '{{ var("office_hours_fallback") | tojson }}' as office_hours_version,
        true as is_default,
    from conversations
    left join counted on conversations.workspace_id = counted.workspace_id
    where counted.workspace_id is null
),

final as (
    select * from listed
    union all
    select * from fallbacks
)

select * from final
