{#
    The whole query of a model with a row per thread of which not all parts are stored. `threads`, `parts` and `retrievals` are the staging
    relations of `record`, conversation or ticket. Its rows are others whenever one of these threads was retrieved again: only then, the
    events beside gaps (`thread_gaps`) are others. A load brings a record and its parts at once.
#}
{% macro short_threads(record, threads, parts, retrievals) -%}
with

threads as (
    {{ rows_looked_at(threads, 'created_at') }}
),

parts as (
    {{ rows_looked_at(parts, record ~ '_created_at') }}
),

retrieved as (
    {{ rows_looked_at(retrievals, record ~ '_created_at') }}
),

part_counts as (
    select
        workspace_id,
        {{ record }}_id,
        count(*) as parts_count,
        max(fetched_at) as fetched_at,
    from parts
    group by workspace_id, {{ record }}_id
),

-- A shorter thread may also lack parts because they were rejected: they were shown, so there is no gap. Where Intercom does not say
-- how many parts there are, a thread with as many as it shows at most may have more.
short_threads as (
    select
        threads.workspace_id,
        threads.{{ record }}_id,
        part_counts.parts_count,
        part_counts.fetched_at,
    from threads
    inner join part_counts
        on
            threads.workspace_id = part_counts.workspace_id
            and threads.{{ record }}_id = part_counts.{{ record }}_id
    where
        (
            part_counts.parts_count < threads.parts_total_count
            and threads.parts_total_count > {{ parts_shown_max() }}
        )
        or (threads.parts_total_count is null and part_counts.parts_count >= {{ parts_shown_max() }})
),

final as (
    select
        short_threads.workspace_id,
        short_threads.{{ record }}_id,
        max(short_threads.parts_count) as parts_count,
        max(short_threads.fetched_at) as fetched_at,
        count(retrieved.fetched_at) as retrievals_count,
        max(retrieved.loaded_at) as loaded_at,
    from short_threads
    left join retrieved
        on
            short_threads.workspace_id = retrieved.workspace_id
            and short_threads.{{ record }}_id = retrieved.{{ record }}_id
    group by short_threads.workspace_id, short_threads.{{ record }}_id
)

select * from final
{%- endmacro %}
