-- one row per workspace and run of `make sync` that stored anything: when it began, how long it took, and what it brought
-- A view: it grows with every sync.
{{ config(materialized='versioned_view') }}

with

loads as (
    select * from {{ ref('stg_intercom__loads') }}
),

runs as (
    select * from {{ ref('stg_intercom__runs') }}
),

-- The id of a run begins with the time at which the run began: 20260131T235959-….
begun as (
    select
        *,
        {{ time_from_text(
            "concat(substr(run_id, 1, 4), '-', substr(run_id, 5, 2), '-', substr(run_id, 7, 2), 'T', "
            ~ "substr(run_id, 10, 2), ':', substr(run_id, 12, 2), ':', substr(run_id, 14, 2))"
        ) }} as started_at,
    from loads
    where run_id is not null
),

stored as (
    select
        workspace_id,
        run_id,
        min(started_at) as started_at,
        max(loaded_at) as last_loaded_at,
        {{ secs_between('min(started_at)', 'max(loaded_at)') }} as seconds,
        count(distinct stream) as streams,
        count(distinct load_id) as loads,
        coalesce({{ sum_int('rows_count') }}, 0) as rows_loaded,
        coalesce({{ sum_int('rejected_count') }}, 0) as rows_rejected,
    from begun
    group by workspace_id, run_id
),

-- Loads of a replay, or of a version before 0.2.0, have no row of a run: how it ended is not known.
final as (
    select
        stored.*,
        runs.exit_code,
        runs.error_kind,
        runs.requests_count as requests,
        runs.loader_version,
        runs.ended_at,
    from stored
    left join runs on stored.run_id = runs.run_id
)

select * from final
