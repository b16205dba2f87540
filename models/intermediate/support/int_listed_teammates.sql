-- one row per teammate whom Intercom ever listed
-- Its rows change when a teammate comes, and not with what a sync says of each: `int_unlisted_teammates` is built in full then.
{{ config(meta={'compares_rows': true}) }}

with

admins as (
    select * from {{ ref('stg_intercom__admins') }}
),

final as (
    select
        workspace_id,
        teammate_id,
    from admins
)

select * from final
