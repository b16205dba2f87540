{#
    A query: one row per group and quartile bucket of a feature, with its churn. `observations` has the columns of `by`,
    account_id, value (a float) and `outcome` (0 or 1). A value's bucket is one more than the quartiles (nearest rank) below it;
    equal values are never split. So buckets differ in size, and a bucket is missing where a quarter or more has the same value.
    The interval of a bucket's rate is Wilson's, with as many cases as the account-months are worth (`design_effect`).
    `all_churned_accounts` and `all_retained_account_months` count all buckets of the group. An account with months in several
    buckets counts once.
#}
{% macro quartile_buckets(observations, by, outcome='outcome') -%}
    {%- set keys = by | join(', ') -%}
    with

    tallies as (
        select
            {{ keys }},
            account_id,
            value,
            count(*) as months,
            {{ sum_int(outcome) }} as churned,
        from {{ observations }}
        where value is not null and {{ outcome }} is not null
        group by {{ keys }}, account_id, value
    ),

    sizes as (
        select
            {{ keys }},
            value,
            {{ sum_int('months') }} as months,
        from tallies
        group by {{ keys }}, value
    ),

    placed as (
        select
            {{ keys }},
            value,
            -- The number of quartiles below the value.
            1 + {{ as_int(
                'floor(4.0 * (' ~ sum_int('months', 'over (partition by ' ~ keys ~ ' order by value rows unbounded preceding)')
                ~ ' - months) / sum(months) over (partition by ' ~ keys ~ '))'
            ) }} as bucket,
        from sizes
    ),

    bucket_accounts as (
        select
    {%- for column in by %}
            tallies.{{ column }},
    {%- endfor %}
            placed.bucket,
            tallies.account_id,
            min(tallies.value) as least_value,
            max(tallies.value) as greatest_value,
            {{ sum_int('tallies.months') }} as months,
            {{ sum_int('tallies.churned') }} as churned,
        from tallies
        inner join placed
            on
    {%- for column in by %}
                tallies.{{ column }} = placed.{{ column }}
                and
    {%- endfor %}
                tallies.value = placed.value
        group by {% for column in by %}tallies.{{ column }}, {% endfor %}placed.bucket, tallies.account_id
    ),

    buckets as (
        select
            {{ keys }},
            bucket,
            min(least_value) as bucket_from,
            max(greatest_value) as bucket_to,
            {{ sum_int('months') }} as account_months,
            {{ sum_int('churned') }} as churned_account_months,
            count(*) as accounts,
            {{ sum_int('months * months') }} as squared_months,
            {{ sum_int('months * churned') }} as months_times_churned,
            {{ sum_int('churned * churned') }} as squared_churned,
        from bucket_accounts
        group by {{ keys }}, bucket
    ),

    totals as (
        select
            {{ keys }},
            count(distinct case when churned > 0 then account_id end) as all_churned_accounts,
            {{ sum_int('months - churned') }} as all_retained_account_months,
        from tallies
        group by {{ keys }}
    ),

    with_totals as (
        select
            buckets.*,
            totals.all_churned_accounts,
            totals.all_retained_account_months,
        from buckets
        inner join totals
            on {% for column in by %}buckets.{{ column }} = totals.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
    ),

    rates as (
        select
            *,
            churned_account_months / {{ as_float('account_months') }} as churn_rate,
            sum(churned_account_months) over (partition by {{ keys }})
            / {{ as_float('sum(account_months) over (partition by ' ~ keys ~ ')') }} as overall_churn_rate,
            -- How many independent account-months the bucket's are worth, beside its accounts.
            {{ design_effect(
                'accounts', 'account_months', 'churned_account_months', 'squared_months', 'months_times_churned', 'squared_churned'
            ) }} as design_effect,
        from with_totals
    )

    select
        *,
        {{ wilson_bound('(churned_account_months / design_effect)', '(account_months / design_effect)', '-') }} as churn_rate_low,
        {{ wilson_bound('(churned_account_months / design_effect)', '(account_months / design_effect)', '+') }} as churn_rate_high,
        churn_rate / nullif(overall_churn_rate, 0) as lift,
    from rates
{%- endmacro %}
