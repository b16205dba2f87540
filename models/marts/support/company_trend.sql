-- one row per company that had to do with support in the last 112 days: its last 28 days against the 84 before
{{ config(cluster_by=['workspace_id', 'company_id']) }}
{%- set recent_days = 28 %}
{%- set days_before = 84 %}
{%- set days = recent_days + days_before %}
{#- The days before are so many times as long. #}
{%- set times = days_before // recent_days %}
{%- set conversations_min = 5 %}
{%- set figures = {
    'conversations': "event = 'new'",
    'reopenings': "event = 'reopened'",
    'replies': "event = 'reply'",
    'slow_replies': "event = 'reply' and seconds > slow_reply_seconds",
    'ratings': "event = 'rating'",
    'low_ratings': "event = 'rating' and rating <= 2",
} %}
{%- set signs = ['conversations', 'reopenings', 'slow_replies', 'low_ratings'] %}
{%- set months = months_until(
    ref('int_workspace_freshness'), local_date('conversations_as_of_at', reporting_time_zone()), days=days + 1, days_after=2
) %}

with

support_events as (
    select * from {{ ref('support_events') }}
    where {{ in_months('day', months, data_type='date') }}
),

support_days as (
    select * from {{ ref('int_support_days') }}
),

company_metrics as (
    select * from {{ ref('company_metrics') }}
),

companies as (
    select * from {{ ref('companies') }}
),

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

-- Before the newest range that syncs searched without a gap, conversations can be missing.
last_ranges as (
    select
        workspace_id,
        max(covered_from_at) as covered_from_at,
    from {{ ref('int_synced_ranges') }}
    where stream = 'conversations'
    group by workspace_id
),

-- Of days before those that count, the day is enough.
first_events as (
    select
        workspace_id,
        min(happened_at) as first_event_at,
    from (
        select
            workspace_id,
            happened_at,
        from support_events
        union all
        select
            workspaces_on.workspace_id,
            cast(support_days.day as timestamp) as happened_at,
        from support_days
        inner join freshness as workspaces_on on support_days.workspace_id = workspaces_on.workspace_id
        where
            support_days.day
            < {{ add_days(local_date('workspaces_on.conversations_as_of_at', reporting_time_zone()), -(days + 1)) }}
    ) as known_events
    group by workspace_id
),

workspaces as (
    select
        freshness.workspace_id,
        freshness.conversations_as_of_at as as_of_at,
        {{ later_of('last_ranges.covered_from_at', 'first_events.first_event_at') }} as known_from_at,
    from freshness
    inner join first_events on freshness.workspace_id = first_events.workspace_id
    left join last_ranges on freshness.workspace_id = last_ranges.workspace_id
),

aged_events as (
    select
        support_events.workspace_id,
        support_events.company_id,
        support_events.event,
        support_events.seconds,
        support_events.rating,
        workspaces.as_of_at,
        {{ secs_between('support_events.happened_at', 'workspaces.as_of_at') }} as age_seconds,
    from support_events
    inner join workspaces on support_events.workspace_id = workspaces.workspace_id
),

events as (
    select
        *,
        age_seconds < {{ recent_days * 86400 }} as is_recent,
    from aged_events
    -- What is dated a day after the data is dated wrong.
    where age_seconds < {{ days * 86400 }} and age_seconds > -86400 and event in ('new', 'reopened', 'reply', 'rating')
),

ranked_events as (
    {{ with_ranks('events', ['workspace_id', 'event', 'is_recent'], ['seconds']) }}
),

-- What is slow, the workspace's own waits before say: one in ten was longer.
usual_waits as (
    select
        workspace_id,
        {{ ranked_percentile('seconds', 90, only_when="event = 'reply' and not is_recent") }} as slow_reply_seconds,
    from ranked_events
    group by workspace_id
),

counted as (
    select
        events.workspace_id,
        events.company_id,
        {%- for name, condition in figures.items() %}
            {{ count_if('is_recent and ' ~ condition) }} as {{ name }},
            {{ count_if('not is_recent and ' ~ condition) }} as {{ name }}_before,
        {%- endfor %}
        max(usual_waits.slow_reply_seconds) as slow_reply_seconds,
        max(events.as_of_at) as as_of_at,
    from events
    inner join usual_waits on events.workspace_id = usual_waits.workspace_id
    where events.company_id is not null
    group by events.workspace_id, events.company_id
),

-- A company can be older than its record in Intercom, which an import may have made.
known_since as (
    select
        counted.*,
        company_metrics.company_name,
        {{ earlier_of('companies.created_at', 'company_metrics.first_conversation_at') }} as known_since_at,
        {{ secs_between('workspaces.known_from_at', 'counted.as_of_at') }} as workspace_seconds,
    from counted
    inner join workspaces on counted.workspace_id = workspaces.workspace_id
    left join company_metrics
        on counted.workspace_id = company_metrics.workspace_id and counted.company_id = company_metrics.company_id
    left join companies on counted.workspace_id = companies.workspace_id and counted.company_id = companies.company_id
),

judged as (
    select
        *,
        case
            when workspace_seconds < {{ days * 86400 }}
                then 'The workspace has no conversations of {{ days }} days yet.'
            when {{ secs_between('known_since_at', 'as_of_at') }} < {{ days * 86400 }}
                then 'The company is not known for {{ days }} days yet.'
            when conversations + conversations_before < {{ conversations_min }}
                then concat(
                    'Conversations in {{ days }} days: ', {{ number_text('conversations + conversations_before', 0) }},
                    ', where {{ conversations_min }} are needed.'
                )
        end as what_is_missing,
        -- Counts of so rare things spread by chance about as their square root. Twice this spread, and two more than usual, is a sign.
        {%- for sign in signs %}
            {{ times }} * {{ sign }} - {{ sign }}_before >= {{ 2 * times }}
            and ({{ times }} * {{ sign }} - {{ sign }}_before) * ({{ times }} * {{ sign }} - {{ sign }}_before)
            > {{ 4 * (times + 1) }} * {{ sign }}_before as has_more_{{ sign }},
        {%- endfor %}
    from known_since
),

scored as (
    select
        *,
        {%- for name in figures %}
            {{ as_float(name ~ '_before') }} / {{ times }} as usual_{{ name }},
        {%- endfor %}
        {%- for sign in signs %}
            case when has_more_{{ sign }} then 1 else 0 end{{ ' +' if not loop.last else ' as signs,' }}
        {%- endfor %}
    from judged
),

final as (
    select
        company_id,
        workspace_id,

        company_name,
        case
            when what_is_missing is not null then concat('Not enough to compare. ', what_is_missing)
            else concat(
                {{ number_text('signs', 0) }}, ' of {{ signs | length }} figures got worse. ',
                'The last {{ recent_days }} days, and what was usual before: ',
                {%- for sign in signs %}
                    '{{ sign | replace('_', ' ') }} ', {{ number_text(sign, 0) }},
                    ' (usually ', {{ number_text('usual_' ~ sign, 1) }}, case when has_more_{{ sign }} then ', worse' else '' end,
                    '){{ ', ' if not loop.last else '.' }}'{{ ',' if not loop.last }}
                {%- endfor %}
            )
        end as reading,

        {%- for name in figures %}
            {{ name }},
            usual_{{ name }},
        {%- endfor %}
        slow_reply_seconds,
        case when what_is_missing is null then {{ as_int('signs') }} end as score,

        what_is_missing is null as is_sufficient,
        {%- for sign in signs %}
            case when what_is_missing is null then has_more_{{ sign }} end as has_more_{{ sign }},
        {%- endfor %}

        known_since_at,
        as_of_at,
    from scored
)

select * from final
