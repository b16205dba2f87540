-- one row per command of the loader that wrote into the warehouse and ended

with

runs as (
    select * from {{ source('intercom_raw', '_runs') }}
),

renamed as (
    select
        _workspace_id as workspace_id,
        run_id,

        command,
        flags,
        exit_code,
        error_kind,
        row_count as rows_count,
        rejected_count,
        request_count as requests_count,
        loader_version,
        node_version,

        started_at,
        ended_at,
        _loaded_at as loaded_at,
    from runs
),

final as (
    select * from renamed
)

select * from final
