{#
    The whole query of a model with a row per conversation or ticket (`record`): the version that everything derived from this record
    alone is built from. `lookups` is the relation of what still exists, `parts` the staging relation of its parts, and `retrievals` that of
    all its stored answers. `gaps` has the events beside parts that Intercom never showed.
    `depends_on` makes up the version: columns of lookups, threads (parts_count, fetched_at), gaps (parts_after_gaps,
    parts_before_gaps) and retrieved (retrievals_count). Another order gives other versions, and everything is built again.
#}
{% macro thread_versions(record, lookups, parts, retrievals, gaps, depends_on) -%}
with

lookups as (
    {{ rows_looked_at(lookups, record ~ '_created_at') }}
),

gaps as (
    select
        workspace_id,
        {{ record }}_id,
        {{ count_if('is_after_gap') }} as parts_after_gaps,
        {{ count_if('is_before_gap') }} as parts_before_gaps,
    from {{ gaps }}
    group by workspace_id, {{ record }}_id
),

threads as (
    select
        workspace_id,
        {{ record }}_id,
        count(*) as parts_count,
        max(fetched_at) as fetched_at,
    from ({{ rows_looked_at(parts, record ~ '_created_at') }}) as parts
    group by workspace_id, {{ record }}_id
),

-- An older answer that comes late changes neither the newest one nor the parts.
retrieved as (
    select
        workspace_id,
        {{ record }}_id,
        count(*) as retrievals_count,
    from ({{ rows_looked_at(retrievals, record ~ '_created_at') }}) as retrievals
    group by workspace_id, {{ record }}_id
),

final as (
    select
        lookups.workspace_id,
        lookups.{{ record }}_id,
        lookups.{{ record }}_created_at,
        {{ version_of(depends_on) }} as built_from,
    from lookups
    left join threads
        on lookups.workspace_id = threads.workspace_id and lookups.{{ record }}_id = threads.{{ record }}_id
    left join retrieved
        on lookups.workspace_id = retrieved.workspace_id and lookups.{{ record }}_id = retrieved.{{ record }}_id
    left join gaps
        on lookups.workspace_id = gaps.workspace_id and lookups.{{ record }}_id = gaps.{{ record }}_id
)

select * from final
{%- endmacro %}
