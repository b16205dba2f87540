{#
    The whole query of a model with a row per event of a thread with parts that Intercom never showed. `short_threads` is the relation of
    `short_threads` of `record`, conversation or ticket, and `retrievals` the staging relation of its answers.
#}
{% macro thread_gaps(record, short_threads, retrievals) -%}
with

short_threads as (
    select * from {{ short_threads }}
),

retrieved as (
    select * from {{ retrievals }}
),

-- From the raw table: each retrieval shows parts of a thread, and staging keeps only the newest row of each part.
sights as (
    {{ complete_rows(record ~ '_parts') }}
),

sights_of_short_threads as (
    select
        short_threads.workspace_id,
        short_threads.{{ record }}_id,
        sights.id as event_id,
        sights._fetched_at as seen_at,
        min(sights._fetched_at) over (
            partition by short_threads.workspace_id, short_threads.{{ record }}_id, sights.id
        ) as first_seen_at,
    from sights
    inner join short_threads
        on
            sights._workspace_id = short_threads.workspace_id
            and sights.{{ record }}_id = short_threads.{{ record }}_id
),

seen_parts as (
    select distinct
        workspace_id,
        {{ record }}_id,
        event_id,
        first_seen_at,
    from sights_of_short_threads
),

shown as (
    select
        workspace_id,
        {{ record }}_id,
        seen_at,
        min(first_seen_at) = seen_at as is_nothing_known,
        count(distinct event_id) as parts_shown,
        count(distinct case when first_seen_at = seen_at then event_id end) as parts_new,
    from sights_of_short_threads
    group by workspace_id, {{ record }}_id, seen_at
),

-- The number of parts before each retrieval, by Intercom's count, which includes rejected parts.
counted as (
    select
        shown.workspace_id,
        shown.{{ record }}_id,
        shown.seen_at,
        shown.is_nothing_known,
        shown.parts_shown,
        retrieved.parts_total_count,
        max(retrieved.parts_total_count) over (
            partition by shown.workspace_id, shown.{{ record }}_id order by shown.seen_at
            rows between unbounded preceding and 1 preceding
        ) as counted_before,
        sum(shown.parts_new) over (
            partition by shown.workspace_id, shown.{{ record }}_id order by shown.seen_at
            rows between unbounded preceding and 1 preceding
        ) as known_before,
    from shown
    left join retrieved
        on
            shown.workspace_id = retrieved.workspace_id
            and shown.{{ record }}_id = retrieved.{{ record }}_id
            and shown.seen_at = retrieved.fetched_at
),

-- Parts were never shown where a retrieval shows no part that was known, and more parts came since the last retrieval than one can
-- show. The number of stored parts does not tell, because shown parts may have been rejected.
retrievals as (
    select
        workspace_id,
        {{ record }}_id,
        seen_at,
        is_nothing_known
        and case
            when parts_total_count is null then parts_shown >= {{ parts_shown_max() }}
            else parts_total_count - greatest(coalesce(counted_before, 0), coalesce(known_before, 0)) > {{ parts_shown_max() }}
        end as is_after_gap,
    from counted
),

gaps as (
    select
        workspace_id,
        {{ record }}_id,
        min(case when is_after_gap then seen_at end) as first_gap_at,
        max(case when is_after_gap then seen_at end) as last_gap_at,
    from retrievals
    group by workspace_id, {{ record }}_id
),

final as (
    select
        workspace_id,
        {{ record }}_id,
        'opening' as event_id,
        false as is_after_gap,
        true as is_before_gap,
    from gaps
    where first_gap_at is not null
    union all
    select
        seen_parts.workspace_id,
        seen_parts.{{ record }}_id,
        seen_parts.event_id,
        seen_parts.first_seen_at >= gaps.first_gap_at as is_after_gap,
        seen_parts.first_seen_at < gaps.last_gap_at as is_before_gap,
    from seen_parts
    inner join gaps
        on seen_parts.workspace_id = gaps.workspace_id and seen_parts.{{ record }}_id = gaps.{{ record }}_id
    where gaps.first_gap_at is not null
)

select * from final
{%- endmacro %}
