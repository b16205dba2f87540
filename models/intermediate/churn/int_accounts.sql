-- one row per row of the accounts relation: typed, with its problems
with

accounts as (
    select * from {{ accounts_relation() }}
),

typed as (
    select
        nullif({{ trimmed('cast(account_id as string)') }}, '') as account_id,
        nullif({{ trimmed('cast(company_id as string)') }}, '') as company_id,
        nullif({{ trimmed('cast(plan as string)') }}, '') as plan,
        {{ as_float('mrr') }} as mrr,
        cast(started_on as date) as started_on,
        cast(churned_on as date) as churned_on,
    from accounts
),

checked as (
    select
        *,
        account_id is null or company_id is null or started_on is null as is_incomplete,
        coalesce(churned_on < started_on, false) as is_out_of_order,
    from typed
),

numbered as (
    select
        *,
        row_number() over (
            order by
                coalesce(account_id, ''),
                coalesce(started_on, cast('0001-01-01' as date)),
                coalesce(churned_on, cast('9999-12-31' as date)) desc,
                coalesce(company_id, ''),
                coalesce(plan, ''),
                coalesce(mrr, -1)
        ) as account_row,
        -- Only a usable row makes another row a repetition. Otherwise an account could lose all its rows, and its tickets.
        not is_incomplete and not is_out_of_order and row_number() over (
            partition by account_id, started_on, is_incomplete or is_out_of_order
            order by
                coalesce(churned_on, cast('9999-12-31' as date)) desc,
                coalesce(company_id, ''),
                coalesce(plan, ''),
                coalesce(mrr, -1)
        ) > 1 as is_repeated,
    from checked
),

-- Where two rows of an account overlap, the earlier row counts until its end, so that no day counts twice.
with_earlier_rows as (
    select
        *,
        case
            when not (is_repeated or is_incomplete or is_out_of_order)
                then max(
                    case
                        when not (is_repeated or is_incomplete or is_out_of_order)
                            then coalesce(churned_on, cast('9999-12-31' as date))
                    end
                ) over (
                    partition by account_id order by started_on, account_row
                    rows between unbounded preceding and 1 preceding
                )
        end as covered_until_on,
    from numbered
),

final as (
    select
        *,
        coalesce(covered_until_on > started_on, false) as is_overlapping,
        coalesce(covered_until_on >= coalesce(churned_on, cast('9999-12-31' as date)), false) as is_covered,
    from with_earlier_rows
)

select * from final
