-- one row per feature and quartile bucket of its values
with

features as (
    select * from {{ ref('int_churn_features') }}
),

account_month_values as (
    select * from {{ ref('int_account_month_values') }}
),

measured as (
    {{ quartile_buckets('account_month_values', ['feature'], outcome='churned') }}
),

judged as (
    select
        features.feature,
        features.words,
        features.subject,
        features.unit,
        features.unit_words,
        features.least_words,
        features.most_words,
        coalesce(measured.bucket, 1) as bucket,
        count(*) over (partition by features.feature) as buckets,
        min(measured.bucket) over (partition by features.feature) as least_bucket,
        max(measured.bucket) over (partition by features.feature) as most_bucket,
        measured.bucket_from,
        measured.bucket_to,
        coalesce(measured.account_months, 0) as account_months,
        coalesce(measured.churned_account_months, 0) as churned_account_months,
        measured.churn_rate,
        measured.churn_rate_low,
        measured.churn_rate_high,
        measured.lift,
        coalesce(measured.accounts, 0) as accounts,
        measured.overall_churn_rate,
        {{ is_enough(
            'coalesce(measured.account_months, 0)',
            'coalesce(measured.accounts, 0)',
            'coalesce(measured.all_churned_accounts, 0)',
            'coalesce(measured.all_retained_account_months, 0)',
        ) }} as is_sufficient,
    from features
    left join measured on features.feature = measured.feature
),

final as (
    select
        feature,
        bucket,
        bucket_from,
        bucket_to,
        account_months,
        churned_account_months,
        churn_rate,
        churn_rate_low,
        churn_rate_high,
        lift,
        accounts,
        is_sufficient,
        case
            when account_months = 0 then concat('Not enough data to say anything about ', words, ': no account-month has a value.')
            when not is_sufficient
                then concat(
                    'Not enough data to say anything (account-months: ', {{ number_text('account_months', 0) }}, ', accounts: ',
                    {{ number_text('accounts', 0) }}, ', account-months followed by churn: ',
                    {{ number_text('churned_account_months', 0) }}, ').'
                )
            when buckets = 1
                then concat('All account-months have the same value of ', words, ', so there is nothing to compare.')
            else concat(
                case
                    when bucket = least_bucket then concat('Account-months with the ', least_words)
                    when bucket = most_bucket then concat('Account-months with the ', most_words)
                    else concat('Account-months in quarter ', cast(bucket as string), ' of 4 by ', subject)
                end,
                ' (', {{ number_text('bucket_from / unit', 1) }},
                case when bucket_to > bucket_from then concat(' to ', {{ number_text('bucket_to / unit', 1) }}) else '' end,
                unit_words, ') preceded churn within {{ var("churn_horizon_days") }} days ', {{ number_text('lift', 1) }},
                ' times as often as all. 95 % interval: ', {{ number_text('churn_rate_low / overall_churn_rate', 1) }}, '-',
                {{ number_text('churn_rate_high / overall_churn_rate', 1) }}, '; accounts: ', {{ number_text('accounts', 0) }}, '.'
            )
        end as reading,
    from judged
)

select * from final
