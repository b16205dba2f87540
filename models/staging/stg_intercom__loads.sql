-- one row per load and stream that the loader finished
with

loads as (
    select * from {{ source('intercom_raw', '_loads') }}
    where status = 'complete'
),

renamed as (
    select
        _workspace_id as workspace_id,
        _load_id as load_id,
        run_id,

        stream,
        row_count as rows_count,
        rejected_count,
        unseen_count,

        range_from as range_from_at,
        window_from as window_from_at,
        window_to as window_to_at,
        settled_to as settled_to_at,
        _loaded_at as loaded_at,
    from loads
),

final as (
    select * from renamed
)

select * from final
