-- one row per account and accounts row in a spell: the plan, and the days on which it counts
-- Models that keep plans read this one: `int_account_spells` also says how far syncs came, which changes every day.
{{ config(meta={'compares_rows': true}) }}

with

spells as (
    select * from {{ ref('int_account_spells') }}
),

final as (
    select
        account_id,
        plan,
        mrr,
        plan_from_on,
        plan_until_on,
    from spells
)

select * from final
