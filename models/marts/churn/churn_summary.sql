-- one row per feature and topic with enough data: the accounts and the revenue that leave in a year beyond comparable accounts
{%- set horizons_a_year = '365.25 / ' ~ var('churn_horizon_days') %}
with

account_months as (
    select * from {{ ref('account_months') }}
    where is_observed
),

features as (
    select * from {{ ref('int_churn_features') }}
),

account_month_values as (
    select * from {{ ref('int_account_month_values') }}
),

feature_buckets as (
    select * from {{ ref('churn_by_bucket') }}
),

account_month_topics as (
    select * from {{ ref('account_month_topics') }}
),

topics as (
    select * from {{ ref('churn_by_topic') }}
),

-- A feature's exposure is its worst quarter of account-months: the most tickets, the slowest replies, the lowest ratings.
worst_buckets as (
    select
        feature_buckets.feature,
        features.is_worse_when_less,
        case when features.is_worse_when_less then features.least_words else features.most_words end as words,
        case when features.is_worse_when_less then feature_buckets.bucket_to else feature_buckets.bucket_from end as bound,
        features.unit,
        features.unit_words,
    from feature_buckets
    inner join features on feature_buckets.feature = features.feature
    where feature_buckets.bucket_from is not null
    qualify
        count(*) over (partition by feature_buckets.feature) > 1
        and row_number() over (
            partition by feature_buckets.feature
            order by case when features.is_worse_when_less then feature_buckets.bucket else 0 - feature_buckets.bucket end
        ) = 1
),

worst_months as (
    select
        account_month_values.feature,
        account_month_values.account_id,
        account_month_values.month,
    from account_month_values
    inner join worst_buckets on account_month_values.feature = worst_buckets.feature
    where
        case
            when worst_buckets.is_worse_when_less then account_month_values.value <= worst_buckets.bound
            else account_month_values.value >= worst_buckets.bound
        end
),

measured_features as (
    {{ exposure_odds('account_month_values', 'worst_months', ['feature'], panel=['feature']) }}
),

tested_features as (
    select
        *,
        {{ two_sided_p_value('cmh_z_over_root_2') }} as p_value,
        {{ two_sided_p_value('clustered_z_over_root_2') }} as clustered_p_value,
    from measured_features
),

subjects as (
    select
        'feature' as subject_kind,
        tested_features.feature as subject,
        concat(
            'the ', worst_buckets.words, ' (',
            case
                when worst_buckets.bound = floor(worst_buckets.bound) and worst_buckets.unit = 1
                    then {{ number_text('worst_buckets.bound', 0) }}
                else {{ number_text('worst_buckets.bound / worst_buckets.unit', 1) }}
            end,
            worst_buckets.unit_words,
            case when worst_buckets.is_worse_when_less then ' or less)' else ' or more)' end
        ) as exposure,
        {% for column in [
            'exposed_accounts', 'exposed_account_months', 'exposed_churn_rate', 'adjusted_odds_ratio', 'clustered_odds_ratio_low',
            'clustered_odds_ratio_high', 'adjusted_risk_difference', 'adjusted_risk_difference_low', 'adjusted_risk_difference_high',
            'clustered_p_value',
        ] -%}
            tested_features.{{ column }},
        {% endfor -%}
        {{ is_enough_on_both_sides() }} as is_sufficient,
    from tested_features
    inner join worst_buckets on tested_features.feature = worst_buckets.feature
    union all
    select
        topic_kind as subject_kind,
        topic as subject,
        concat('"', topic, '"') as exposure,
        exposed_accounts,
        exposed_account_months,
        exposed_churn_rate,
        adjusted_odds_ratio,
        clustered_odds_ratio_low,
        clustered_odds_ratio_high,
        adjusted_risk_difference,
        adjusted_risk_difference_low,
        adjusted_risk_difference_high,
        clustered_p_value,
        is_sufficient,
    from topics
),

exposed_months as (
    select
        'feature' as subject_kind,
        feature as subject,
        account_id,
        month,
    from worst_months
    union all
    select
        topic_kind as subject_kind,
        topic as subject,
        account_id,
        month,
    from account_month_topics
),

exposed_revenue as (
    select
        exposed_months.subject_kind,
        exposed_months.subject,
        -- Null where an account's revenue is unknown: a part of it would look like all.
        case when count(*) = count(account_months.mrr) then sum(account_months.mrr) end as mrr_months,
    from exposed_months
    inner join account_months on exposed_months.account_id = account_months.account_id and exposed_months.month = account_months.month
    group by exposed_months.subject_kind, exposed_months.subject
),

observed as (
    select count(distinct month) as observed_months
    from account_months
),

-- On an average first of a month, so many accounts had the exposure; the difference of rates tells how many more of them churn within
-- the horizon than without it, and a year has so many horizons.
scaled as (
    select
        subjects.*,
        subjects.exposed_account_months / {{ as_float('observed.observed_months') }} as exposed_accounts_a_month,
        exposed_revenue.mrr_months / {{ as_float('observed.observed_months') }} as exposed_mrr_a_month,
    from subjects
    cross join observed
    left join exposed_revenue
        on subjects.subject_kind = exposed_revenue.subject_kind and subjects.subject = exposed_revenue.subject
    where subjects.is_sufficient
),

on_one_scale as (
    select
        *,
        {%- for bound in ['', '_low', '_high'] %}
            exposed_accounts_a_month * adjusted_risk_difference{{ bound }} * {{ horizons_a_year }} as accounts_at_risk_a_year{{ bound }},
            exposed_mrr_a_month * adjusted_risk_difference{{ bound }} * {{ horizons_a_year }} as mrr_at_risk_a_year{{ bound }},
        {%- endfor %}
    from scaled
),

corrected as (
    {{ with_q_values('on_one_scale', 'clustered_p_value', 'q_value') }}
),

final as (
    select
        subject_kind,
        subject,
        row_number() over (
            order by
                case when q_value < 0.05 then 0 else 1 end asc,
                coalesce(mrr_at_risk_a_year, 0) desc,
                accounts_at_risk_a_year desc,
                subject_kind asc,
                subject asc
        ) as place,
        exposure,
        exposed_accounts,
        exposed_account_months,
        exposed_accounts_a_month,
        exposed_churn_rate,
        adjusted_odds_ratio,
        clustered_odds_ratio_low,
        clustered_odds_ratio_high,
        adjusted_risk_difference,
        accounts_at_risk_a_year,
        accounts_at_risk_a_year_low,
        accounts_at_risk_a_year_high,
        mrr_at_risk_a_year,
        mrr_at_risk_a_year_low,
        mrr_at_risk_a_year_high,
        clustered_p_value as p_value,
        q_value,
        {{ churn_summary_reading() }} as reading,
    from corrected
)

select * from final
