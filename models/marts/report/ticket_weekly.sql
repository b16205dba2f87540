-- one row per week (Monday to Sunday) and category of ticket: how many came and were resolved, and their states at the week's end
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
{%- set open_states = ['submitted', 'in_progress', 'waiting_on_customer'] %}

with

tickets as (
    select * from {{ ref('tickets') }}
),

spells as (
    select * from {{ ref('int_ticket_spells') }}
),

support_weekly as (
    select * from {{ ref('support_weekly') }}
),

-- A ticket enters a state in one week and leaves it in another.
changes as (
    {%- for moment, change in {'started_at': 1, 'ended_at': -1}.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            tickets.workspace_id,
            tickets.category,
            {{ week_of(local_date('spells.' ~ moment, reporting_time_zone())) }} as week,
            {%- for state in open_states %}
                case when spells.state_category = '{{ state }}' then {{ change }} else 0 end as {{ state }},
            {%- endfor %}
            case when spells.spell_number = 1 and {{ change }} = 1 then 1 else 0 end as created,
            case when spells.state_category = 'resolved' and {{ change }} = 1 then 1 else 0 end as resolved,
        from spells
        inner join tickets on spells.workspace_id = tickets.workspace_id and spells.ticket_id = tickets.ticket_id
        where spells.{{ moment }} is not null
    {%- endfor %}
),

known_weeks as (
    select
        workspace_id,
        week,
        is_whole,
    from support_weekly
    where grouped_by = 'total'
),

categories as (
    select distinct
        workspace_id,
        category,
    from tickets
),

-- Weeks without any change have a row too.
all_changes as (
    select * from changes
    union all
    select
        known_weeks.workspace_id,
        categories.category,
        known_weeks.week,
        {%- for state in open_states %}
            0 as {{ state }},
        {%- endfor %}
        0 as created,
        0 as resolved,
    from known_weeks
    inner join categories on known_weeks.workspace_id = categories.workspace_id
),

weeks as (
    select
        workspace_id,
        category,
        week,
        {%- for count in open_states + ['created', 'resolved'] %}
            {{ sum_int(count) }} as {{ count }},
        {%- endfor %}
    from all_changes
    group by workspace_id, category, week
),

final as (
    select
        weeks.workspace_id,
        weeks.category,
        weeks.week,
        coalesce(known_weeks.is_whole, false) as is_whole,
        weeks.created,
        weeks.resolved,
        {%- for state in open_states %}
        {{ sum_int('weeks.' ~ state, over='over (
            partition by weeks.workspace_id, weeks.category order by weeks.week
            rows between unbounded preceding and current row
        )') }} as {{ state }},
        {%- endfor %}
    from weeks
    left join known_weeks on weeks.workspace_id = known_weeks.workspace_id and weeks.week = known_weeks.week
)

select * from final
