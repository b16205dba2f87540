-- one row per SLA that Intercom's answers showed on a conversation that it still has: between which answers it came and got its status
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'conversation_id', 'sla_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    meta={'follows': 'int_conversation_versions', 'logic_version': 2},
) }}
{%- set months = changed_months() %}
{%- set conversation = 'partition by workspace_id, conversation_id' %}
{%- set is_applied = 'sla_name is not null or sla_status is not null' %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

retrievals as (
    {{ changed_rows(ref('stg_intercom__conversation_retrievals'), months) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

conversations_with_slas as (
    select
        workspace_id,
        conversation_id,
    from retrievals
    group by workspace_id, conversation_id
    having {{ count_if(is_applied) }} > 0
),

-- Each retrieval shows one SLA at most. An answer that came later and is older than what is known says nothing.
sights as (
    select
        retrievals.workspace_id,
        retrievals.conversation_id,
        retrievals.sla_name is not null or retrievals.sla_status is not null as is_sla_applied,
        coalesce(retrievals.sla_name, '') as sla_name,
        case when retrievals.sla_status = 'canceled' then 'cancelled' else retrievals.sla_status end as sla_status,
        retrievals.fetched_at as seen_at,
        conversations.created_at,
    from retrievals
    inner join conversations_with_slas
        on
            retrievals.workspace_id = conversations_with_slas.workspace_id
            and retrievals.conversation_id = conversations_with_slas.conversation_id
    inner join conversations
        on
            retrievals.workspace_id = conversations.workspace_id
            and retrievals.conversation_id = conversations.conversation_id
            and retrievals.fetched_at <= conversations.fetched_at
),

with_neighbours as (
    select
        *,
        lag(case when is_sla_applied then sla_name end) over ({{ conversation }} order by seen_at) as name_before,
        -- A conversation is not older than its first sight, but clocks can differ by a second.
        least(coalesce(lag(seen_at) over ({{ conversation }} order by seen_at), created_at), seen_at) as not_seen_at,
        lead(seen_at) over ({{ conversation }} order by seen_at) as next_seen_at,
        row_number() over ({{ conversation }} order by seen_at desc) = 1 as is_newest,
    from sights
),

-- Another name, or the same after a time without an SLA, is another SLA.
numbered as (
    select
        *,
        {{ sum_int(
            'case when is_sla_applied and (name_before is null or name_before <> sla_name) then 1 else 0 end',
            over='over (' ~ conversation ~ ' order by seen_at rows between unbounded preceding and current row)',
        ) }} as sla_number,
    from with_neighbours
),

with_hints as (
    select
        *,
        min(case when coalesce(sla_status, 'cancelled') = 'cancelled' then sla_number end) over ({{ conversation }})
            as first_cancelled_number,
        max(case when sla_status is not null then seen_at end) over (
            partition by workspace_id, conversation_id, sla_number
            order by seen_at rows between unbounded preceding and current row
        ) is not null as is_status_shown,
    from numbered
    where is_sla_applied
),

-- By its specification Intercom gives no status of any SLA once a teammate removed one from the conversation. So no status means
-- that a teammate removed this SLA, unless an earlier SLA was or may have been the one removed.
with_status as (
    select
        workspace_id,
        conversation_id,
        sla_number,
        sla_name,
        case
            when sla_status is not null then sla_status
            when sla_number = 1 or (is_status_shown and sla_number <= first_cancelled_number) then 'cancelled'
            else 'unknown'
        end as sla_status,
        is_newest,
        not_seen_at,
        seen_at,
        next_seen_at,
    from with_hints
),

with_last_status as (
    select
        *,
        last_value(sla_status) over (
            partition by workspace_id, conversation_id, sla_number
            order by seen_at rows between unbounded preceding and unbounded following
        ) as last_status,
    from with_status
),

with_last_other_sight as (
    select
        *,
        max(case when sla_status <> last_status then seen_at end) over (
            partition by workspace_id, conversation_id, sla_number
        ) as other_status_seen_at,
    from with_last_status
),

slas as (
    select
        workspace_id,
        conversation_id,
        sla_number,
        max(sla_name) as sla_name,
        max(last_status) as sla_status,
        {{ count_if('is_newest') }} > 0 as is_current,
        case when {{ count_if('is_newest') }} = 0 then max(next_seen_at) end as no_longer_seen_at,
        min(not_seen_at) as applied_from_at,
        min(seen_at) as first_seen_at,
        max(seen_at) as last_seen_at,
        coalesce(max(other_status_seen_at), min(not_seen_at)) as status_from_at,
        min(case when other_status_seen_at is null or seen_at > other_status_seen_at then seen_at end) as status_until_at,
    from with_last_other_sight
    group by workspace_id, conversation_id, sla_number
),

final as (
    select
        slas.workspace_id,
        slas.conversation_id,
        slas.sla_number,
        nullif(slas.sla_name, '') as sla_name,
        slas.sla_status,
        slas.is_current,
        slas.applied_from_at,
        slas.first_seen_at,
        slas.last_seen_at,
        slas.no_longer_seen_at,
        slas.status_from_at,
        slas.status_until_at,
        changed.conversation_created_at,
        changed.built_from,
    from slas
    inner join changed
        on slas.workspace_id = changed.workspace_id and slas.conversation_id = changed.conversation_id
)

select * from final
