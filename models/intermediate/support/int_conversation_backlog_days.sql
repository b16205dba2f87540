-- one row per conversation and unbroken run of days at whose end it is in the backlog, with one team, class and age band
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id', 'from_on'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{%- set conversation = 'partition by workspace_id, conversation_id' %}
{%- set up_to_now %}over (
            partition by days.workspace_id, days.conversation_id order by days.day rows between unbounded preceding and current row
        ){% endset %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

spells as (
    {{ changed_rows(ref('int_conversation_spells'), months) }}
),

team_days as (
    {{ changed_rows(ref('int_conversation_team_days'), months) }}
),

stretches as (
    {{ changed_rows(ref('int_conversation_stretches'), months) }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

-- What was closed on the day on which it came in is in no backlog.
nights as (
    select
        workspace_id,
        conversation_id,
        {{ local_date('opened_at', reporting_time_zone()) }} as opened_on,
        {{ local_date('closed_at', reporting_time_zone()) }} as closed_on,
    from spells
    where
        closed_at is null
        or {{ local_date('opened_at', reporting_time_zone()) }} < {{ local_date('closed_at', reporting_time_zone()) }}
),

conversations as (
    select distinct
        changed.workspace_id,
        changed.conversation_id,
        changed.conversation_created_at,
        changed.built_from,
    from changed
    inner join nights
        on changed.workspace_id = nights.workspace_id and changed.conversation_id = nights.conversation_id
),

turn_events as (
    select
        events.workspace_id,
        events.conversation_id,
        events.position,
        events.turn_after,
        events.author_kind = 'customer' and (events.is_message or events.is_opening) as is_customer_message,
        {{ local_date('events.happened_at', reporting_time_zone()) }} as day,
    from events
    inner join conversations
        on events.workspace_id = conversations.workspace_id and events.conversation_id = conversations.conversation_id
    where events.turn_after is not null
),

-- A conversation is as old as the customer's first message: before it, nobody is served.
first_messages as (
    select
        workspace_id,
        conversation_id,
        min(day) as first_message_on,
    from turn_events
    where is_customer_message
    group by workspace_id, conversation_id
),

-- The days, from the customer's first message on, on which an age band begins.
band_beginnings as (
    select 0 as days_after
    {%- for band in backlog_age_bands() if band.until_days %}
        union all
        select {{ band.until_days }} as days_after
    {%- endfor %}
),

ages as (
    select
        first_messages.workspace_id,
        first_messages.conversation_id,
        {#- The calendar of BigQuery ends with the year 9999. #}
        {{ add_days("least(first_messages.first_message_on, date '9999-11-01')", 'band_beginnings.days_after') }} as day,
    from first_messages
    cross join band_beginnings
),

-- Each change, with its day and its place among the changes of its kind. The days on which an age band begins change nothing else.
changes as (
    {%- set sources = [
        {'rows': 'nights', 'day': 'opened_on', 'position': '0', 'change': '1'},
        {'rows': 'nights', 'day': 'closed_on', 'position': '0', 'change': '-1'},
        {'rows': 'team_days', 'day': 'from_on', 'position': '0', 'team_id': 'team_id'},
        {
            'rows': 'stretches', 'day': local_date('started_at', reporting_time_zone()), 'position': 'stretch_number',
            'is_snoozed': "state = 'snoozed'",
        },
        {'rows': 'turn_events', 'day': 'day', 'position': 'position', 'turn_after': 'turn_after'},
        {'rows': 'ages', 'day': 'day', 'position': '0'},
    ] %}
    {%- for source in sources %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            conversation_id,
            {{ source.day }} as day,
            {{ source.position }} as position,
            {{ source.change | default('0') }} as change,
            {{ source.team_id | default('cast(null as string)') }} as team_id,
            {{ source.is_snoozed | default('cast(null as boolean)') }} as is_snoozed,
            {{ source.turn_after | default('cast(null as string)') }} as turn_after,
        from {{ source.rows }}
        where {{ source.day }} is not null
    {%- endfor %}
),

-- What holds at the end of a day is what the last change of the day left behind.
days as (
    select
        workspace_id,
        conversation_id,
        day,
        {{ sum_int('change') }} as change,
        {%- for kind in ['team_id', 'is_snoozed', 'turn_after'] %}
            {{ last_by(kind, 'position') }} as {{ kind }},
        {%- endfor %}
    from changes
    group by workspace_id, conversation_id, day
),

carried as (
    select
        days.workspace_id,
        days.conversation_id,
        days.day,
        conversations.conversation_created_at,
        conversations.built_from,
        first_messages.first_message_on,
        {{ sum_int('days.change', over=up_to_now) }} as times_in_backlog,
        {%- for kind in ['team_id', 'is_snoozed', 'turn_after'] %}
            last_value(days.{{ kind }} ignore nulls) {{ up_to_now }} as {{ kind }},
        {%- endfor %}
    from days
    inner join conversations
        on days.workspace_id = conversations.workspace_id and days.conversation_id = conversations.conversation_id
    left join first_messages
        on days.workspace_id = first_messages.workspace_id and days.conversation_id = first_messages.conversation_id
),

classed as (
    select
        workspace_id,
        conversation_id,
        day,
        coalesce(team_id, 'none') as team_id,
        case
            when times_in_backlog < 1 then null
            -- Without a customer's message nothing is asked, so a snooze of such a conversation hides nothing.
            when first_message_on is null or first_message_on > day then 'outbound_unanswered'
            when is_snoozed then 'snoozed'
            when turn_after = 'team' then 'waiting_for_us'
            else 'waiting_for_customer'
        end as backlog_class,
        case
            when times_in_backlog >= 1 then {{ backlog_age_band('first_message_on', 'day') }}
        end as age_band,
        conversation_created_at,
        built_from,
    from carried
),

with_before as (
    select
        *,
        {%- for column in ['team_id', 'backlog_class', 'age_band'] %}
            coalesce(lag({{ column }}) over ({{ conversation }} order by day), '') as {{ column }}_before,
        {%- endfor %}
    from classed
),

runs as (
    select
        workspace_id,
        conversation_id,
        team_id,
        backlog_class,
        age_band,
        day as from_on,
        lead(day) over ({{ conversation }} order by day) as until_on,
        conversation_created_at,
        built_from,
    from with_before
    where
        coalesce(backlog_class, '') <> backlog_class_before
        or coalesce(age_band, '') <> age_band_before
        or team_id <> team_id_before
),

final as (
    select * from runs
    where backlog_class is not null
)

select * from final
