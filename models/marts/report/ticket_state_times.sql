-- one row per category, type and state of ticket: how long resolved tickets were in that state
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
{%- set groups = ['workspace_id', 'category', 'type', 'state_category'] %}

with

tickets as (
    select * from {{ ref('tickets') }}
),

-- A ticket that is not resolved may stay longer.
state_times as (
    {%- for state in ['submitted', 'in_progress', 'waiting_on_customer'] %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            category,
            type,
            '{{ state }}' as state_category,
            {{ state }}_seconds as seconds,
            {{ state }}_office_seconds as office_seconds,
        from tickets
        where state_category = 'resolved'
    {%- endfor %}
),

ranked_times as (
    {{ with_ranks('state_times', groups, ['seconds', 'office_seconds']) }}
),

final as (
    select
        workspace_id,
        category,
        type,
        state_category,
        count(seconds) as tickets,
        {%- for percent in [50, 90] %}
            {{ ranked_percentile('seconds', percent) }} as p{{ percent }}_seconds,
            {{ ranked_percentile('office_seconds', percent) }} as p{{ percent }}_office_seconds,
        {%- endfor %}
    from ranked_times
    group by {{ groups | join(', ') }}
)

select * from final
