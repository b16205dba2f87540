-- one row per record that failed validation, and load that it came in
with

complete as (
    {{ complete_rows('_rejected') }}
),

renamed as (
    select
        _workspace_id as workspace_id,
        _load_id as load_id,
        record_id,

        stream,
        reason,
        {{ row_hash('payload') }} as payload_hash,

        _loaded_at as loaded_at,
    from complete
),

final as (
    select * from renamed
)

select * from final
