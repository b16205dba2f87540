-- one row per conversation with Intercom's statistics and figure of them: ours, theirs, and why they differ
{{ config(
    materialized='incremental',
    unique_key=['workspace_id', 'conversation_id', 'figure'],
    post_hook="{{ delete_vanished(
        '(select * from ' ~ ref('int_conversations') ~ ' where coalesce(statistics_count_conversation_parts, statistics_count_reopens) >= 0)',
        {'workspace_id': 'workspace_id', 'conversation_id': 'conversation_id'}
    ) }}",
) }}

with

all_conversations as (
    select * from {{ ref('int_conversations') }}
    where statistics_count_conversation_parts is not null or statistics_count_reopens is not null
),

facts as (
    select * from {{ ref('int_conversation_facts') }}
),

conversation_metrics as (
    select * from {{ ref('conversation_metrics') }}
),

events as (
    select * from {{ ref('int_conversation_events') }}
),

schedules as (
    select * from {{ ref('int_office_hours_schedules') }}
    where is_default
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

-- What it is made of: the conversation with its events, and the workspace's hours.
versions as (
    select
        facts.workspace_id,
        facts.conversation_id,
        concat(facts.built_from, ' ', schedules.office_hours_schedule_id, ' ', schedules.office_hours_version) as built_from,
    from facts
    inner join schedules on facts.workspace_id = schedules.workspace_id
    inner join all_conversations
        on
            facts.workspace_id = all_conversations.workspace_id
            and facts.conversation_id = all_conversations.conversation_id
),

changed as (
    {{ changed_conversations('versions', 'built_from') }}
),

conversations as (
    select
        all_conversations.*,
        changed.built_from,
    from all_conversations
    inner join changed
        on
            all_conversations.workspace_id = changed.workspace_id
            and all_conversations.conversation_id = changed.conversation_id
),

-- What ours would be, counted as Intercom counts: from the contact's first message on, redacted messages as if they were not,
-- and in the last two with the AI agent under a teammate's name taken for the teammate.
counted_their_way as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        {{ count_if('events.is_reopen and events.happened_at > conversations.statistics_first_contact_reply_at') }}
            as reopens_after_contact,
        {{ count_if('events.is_assignment and events.happened_at >= conversations.statistics_first_contact_reply_at') }}
            as assignments_after_contact,
        min(case
            when events.is_close and events.happened_at >= conversations.statistics_first_contact_reply_at then events.happened_at
        end) as first_close_after_contact_at,
        max(case
            when events.is_close and events.happened_at >= conversations.statistics_first_contact_reply_at then events.happened_at
        end) as last_close_after_contact_at,
        min(case
            when
                events.is_message
                and not events.is_opening
                and events.author_kind = 'teammate'
                and events.happened_at >= conversations.statistics_first_contact_reply_at
                then events.happened_at
        end) as reply_after_contact_at,
        min(case
            when
                (events.is_message or events.is_redacted_message)
                and not events.is_opening
                and events.author_kind = 'teammate'
                and events.happened_at >= conversations.statistics_first_contact_reply_at
                then events.happened_at
        end) as reply_with_redacted_at,
        min(case
            when
                events.is_message
                and not events.is_opening
                and (events.author_kind = 'teammate' or events.is_by_ai_as_admin)
                and events.happened_at >= conversations.statistics_first_contact_reply_at
                then events.happened_at
        end) as reply_with_bots_at,
        min(case
            when
                (events.is_message or events.is_redacted_message)
                and not events.is_opening
                and (events.author_kind = 'teammate' or events.is_by_ai_as_admin)
                and events.happened_at >= conversations.statistics_first_contact_reply_at
                then events.happened_at
        end) as reply_with_redacted_and_bots_at,
    from conversations
    inner join events
        on
            conversations.workspace_id = events.workspace_id
            and conversations.conversation_id = events.conversation_id
    group by conversations.workspace_id, conversations.conversation_id
),

-- Intercom's durations leave out what lies outside the workspace's default hours, from the contact's first message on.
their_instants as (
    {%- for instant in ['first_contact_reply_at', 'first_admin_reply_at', 'first_close_at', 'last_close_at'] %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            conversation_id,
            '{{ instant }}' as instant,
            statistics_{{ instant }} as happened_at,
        from conversations
        where statistics_{{ instant }} is not null
    {%- endfor %}
),

instants_in_open_seconds as (
    select
        their_instants.workspace_id,
        their_instants.conversation_id,
        their_instants.instant,
        office_hours.open_seconds_before
        + case
            when office_hours.is_open then {{ secs_between('office_hours.stretch_from', 'their_instants.happened_at') }} else 0
        end as open_seconds,
    from their_instants
    inner join schedules on their_instants.workspace_id = schedules.workspace_id
    inner join office_hours
        on
            their_instants.workspace_id = office_hours.workspace_id
            and schedules.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and cast(their_instants.happened_at as date) = office_hours.utc_day
            and their_instants.happened_at >= office_hours.stretch_from
            and their_instants.happened_at < office_hours.stretch_to
),

in_open_seconds as (
    select
        workspace_id,
        conversation_id,
        max(case when instant = 'first_contact_reply_at' then open_seconds end) as contact_open_seconds,
        max(case when instant = 'first_admin_reply_at' then open_seconds end) as admin_reply_open_seconds,
        max(case when instant = 'first_close_at' then open_seconds end) as first_close_open_seconds,
        max(case when instant = 'last_close_at' then open_seconds end) as last_close_open_seconds,
    from instants_in_open_seconds
    group by workspace_id, conversation_id
),

compared as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.built_from,
        conversations.created_at,
        conversations.statistics_first_contact_reply_at as first_contact_at,
        conversation_metrics.is_thread_complete,
        in_open_seconds.admin_reply_open_seconds - in_open_seconds.contact_open_seconds as office_admin_reply_seconds,
        in_open_seconds.first_close_open_seconds - in_open_seconds.contact_open_seconds as office_first_close_seconds,
        in_open_seconds.last_close_open_seconds - in_open_seconds.contact_open_seconds as office_last_close_seconds,
        conversation_metrics.first_reply_at,
        conversation_metrics.time_to_first_reply_seconds,
        conversation_metrics.first_close_at,
        conversation_metrics.time_to_first_close_seconds,
        conversation_metrics.last_close_at,
        conversation_metrics.time_to_last_close_seconds,
        conversation_metrics.count_reopens,
        conversation_metrics.count_assignments,
        conversation_metrics.count_parts,
        conversations.statistics_first_admin_reply_at,
        conversations.statistics_time_to_admin_reply_seconds,
        conversations.statistics_first_close_at,
        conversations.statistics_time_to_first_close_seconds,
        conversations.statistics_last_close_at,
        conversations.statistics_time_to_last_close_seconds,
        conversations.statistics_count_reopens,
        conversations.statistics_count_assignments,
        conversations.statistics_count_conversation_parts,
        counted_their_way.reopens_after_contact,
        counted_their_way.assignments_after_contact,
        counted_their_way.first_close_after_contact_at,
        counted_their_way.last_close_after_contact_at,
        counted_their_way.reply_after_contact_at,
        counted_their_way.reply_with_redacted_at,
        counted_their_way.reply_with_bots_at,
        counted_their_way.reply_with_redacted_and_bots_at,
    from conversations
    inner join conversation_metrics
        on
            conversations.workspace_id = conversation_metrics.workspace_id
            and conversations.conversation_id = conversation_metrics.conversation_id
    inner join counted_their_way
        on
            conversations.workspace_id = counted_their_way.workspace_id
            and conversations.conversation_id = counted_their_way.conversation_id
    left join in_open_seconds
        on
            conversations.workspace_id = in_open_seconds.workspace_id
            and conversations.conversation_id = in_open_seconds.conversation_id
),

-- One row per figure. An instant is its seconds since the conversation was created.
figures as (
    select
        workspace_id,
        conversation_id,
        'first_admin_reply' as figure,
        {{ secs_between('created_at', 'first_reply_at') }} as our_value,
        {{ secs_between('created_at', 'statistics_first_admin_reply_at') }} as intercom_value,
        {{ secs_between('created_at', 'reply_after_contact_at') }} as after_contact_value,
        {{ secs_between('created_at', 'reply_with_redacted_at') }} as with_redacted_value,
        {{ secs_between('created_at', 'reply_with_bots_at') }} as with_bots_value,
        {{ secs_between('created_at', 'reply_with_redacted_and_bots_at') }} as with_redacted_and_bots_value,
        null as office_value,
        is_thread_complete,
        built_from,
    from compared
    union all
    select
        workspace_id,
        conversation_id,
        'time_to_admin_reply' as figure,
        time_to_first_reply_seconds as our_value,
        statistics_time_to_admin_reply_seconds as intercom_value,
        {{ secs_between('first_contact_at', 'reply_after_contact_at') }} as after_contact_value,
        {{ secs_between('first_contact_at', 'reply_with_redacted_at') }} as with_redacted_value,
        {{ secs_between('first_contact_at', 'reply_with_bots_at') }} as with_bots_value,
        {{ secs_between('first_contact_at', 'reply_with_redacted_and_bots_at') }} as with_redacted_and_bots_value,
        office_admin_reply_seconds as office_value,
        is_thread_complete,
        built_from,
    from compared
    {%- for which in ['first', 'last'] %}
        union all
        select
            workspace_id,
            conversation_id,
            '{{ which }}_close' as figure,
            {{ secs_between('created_at', which ~ '_close_at') }} as our_value,
            {{ secs_between('created_at', 'statistics_' ~ which ~ '_close_at') }} as intercom_value,
            {{ secs_between('created_at', which ~ '_close_after_contact_at') }} as after_contact_value,
            null as with_redacted_value,
            null as with_bots_value,
            null as with_redacted_and_bots_value,
            null as office_value,
            is_thread_complete,
            built_from,
        from compared
        union all
        select
            workspace_id,
            conversation_id,
            'time_to_{{ which }}_close' as figure,
            time_to_{{ which }}_close_seconds as our_value,
            statistics_time_to_{{ which }}_close_seconds as intercom_value,
            {{ secs_between('first_contact_at', which ~ '_close_after_contact_at') }} as after_contact_value,
            null as with_redacted_value,
            null as with_bots_value,
            null as with_redacted_and_bots_value,
            office_{{ which }}_close_seconds as office_value,
            is_thread_complete,
            built_from,
        from compared
    {%- endfor %}
    {%- for figure, ours, theirs, after_contact in [
        ('count_reopens', 'count_reopens', 'statistics_count_reopens', 'reopens_after_contact'),
        ('count_assignments', 'count_assignments', 'statistics_count_assignments', 'assignments_after_contact'),
        ('count_conversation_parts', 'count_parts', 'statistics_count_conversation_parts', 'count_parts'),
    ] %}
        union all
        select
            workspace_id,
            conversation_id,
            '{{ figure }}' as figure,
            {{ ours }} as our_value,
            {{ theirs }} as intercom_value,
            {{ after_contact }} as after_contact_value,
            null as with_redacted_value,
            null as with_bots_value,
            null as with_redacted_and_bots_value,
            null as office_value,
            is_thread_complete,
            built_from,
        from compared
    {%- endfor %}
),

final as (
    select
        conversation_id,
        workspace_id,
        figure,

        our_value,
        intercom_value,
        case
            when coalesce(our_value, -1) = coalesce(intercom_value, -1) then 'equal'
            when intercom_value = office_value then 'office_hours'
            when coalesce(after_contact_value, -1) = coalesce(intercom_value, -1) then 'after_first_contact_reply'
            when with_redacted_value = intercom_value then 'redacted_message'
            when with_bots_value = intercom_value or with_redacted_and_bots_value = intercom_value then 'bot_as_admin'
            when not is_thread_complete then 'over_500_parts'
            else 'unexplained'
        end as reason,
        built_from,
    from figures
)

select * from final
