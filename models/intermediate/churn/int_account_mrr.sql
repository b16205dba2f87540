-- one row per account and day on which its amount changed; none without `vars: account_mrr_relation`
{{ config(meta={'compares_rows': true}) }}

with

{% set named = named_relation('account_mrr_relation') -%}
{% if named -%}
    changes as (
        select
            nullif({{ trimmed('cast(account_id as string)') }}, '') as account_id,
            cast(changed_on as date) as changed_on,
            {{ as_float('mrr') }} as mrr,
        from {{ named }}
    ),
{%- else -%}
    changes as (
        select
            cast(null as string) as account_id,
            cast(null as date) as changed_on,
            {{ as_float('null') }} as mrr,
        from (select 1 as one) as nothing
        where one = 0
    ),
{%- endif %}

-- The larger of two amounts on one day counts, so that the order of the rows changes nothing.
by_day as (
    select
        account_id,
        changed_on,
        max(mrr) as mrr,
    from changes
    where account_id is not null and changed_on is not null and mrr is not null
    group by account_id, changed_on
),

final as (
    select
        account_id,
        mrr,
        changed_on,
        lead(changed_on) over (partition by account_id order by changed_on) as next_changed_on,
    from by_day
)

select * from final
