-- one row per feature: its correlation with churn, over the observed account-months with a value
with

features as (
    select * from {{ ref('int_churn_features') }}
),

account_month_values as (
    select * from {{ ref('int_account_month_values') }}
),

measured as (
    {{ correlations('account_month_values', ['feature'], outcome='churned') }}
),

adjusted as (
    {{ adjusted_scores('account_month_values', ['feature'], outcome='churned') }}
),

with_all_features as (
    select
        features.feature,
        features.words,
        features.subject,
        features.unit,
        features.unit_words,
        coalesce(measured.account_months, 0) as account_months,
        coalesce(measured.accounts, 0) as accounts,
        coalesce(measured.positive_account_months, 0) as churned_account_months,
        coalesce(measured.positive_accounts, 0) as churned_accounts,
        measured.mean_outcome as churn_rate,
        measured.mean_when_positive as mean_when_churned,
        measured.mean_when_not as mean_when_retained,
        measured.pearson_r,
        measured.spearman_rho,
        measured.auc,
        measured.slope,
        measured.slope_se,
        {{ two_sided_p_value('measured.z_over_root_2') }} as p_value,
        {{ two_sided_p_value('measured.score_z_over_root_2') }} as score_p_value,
        adjusted.adjusted_slope,
        {{ two_sided_p_value('adjusted.adjusted_z_over_root_2') }} as adjusted_p_value,
    from features
    left join measured on features.feature = measured.feature
    left join adjusted on features.feature = adjusted.feature
),

judged as (
    select
        *,
        p_value is not null
        and score_p_value is not null
        and {{ is_enough('account_months', 'accounts', 'churned_accounts', 'account_months - churned_account_months') }}
            as is_sufficient,
    from with_all_features
),

corrected as (
    {{ with_q_values('judged', 'p_value', 'q_value', among='is_sufficient') }}
),

corrected_scores as (
    {{ with_q_values('corrected', 'score_p_value', 'score_q_value', among='is_sufficient') }}
),

corrected_adjusted as (
    {{ with_q_values('corrected_scores', 'adjusted_p_value', 'adjusted_q_value', among='is_sufficient') }}
),

final as (
    select
        feature,
        account_months,
        accounts,
        churned_account_months,
        churn_rate,
        mean_when_churned,
        mean_when_retained,
        pearson_r,
        spearman_rho,
        auc,
        slope,
        slope_se,
        p_value,
        q_value,
        is_sufficient,
        churned_accounts,
        score_p_value,
        score_q_value,
        adjusted_slope,
        adjusted_p_value,
        adjusted_q_value,
        -- The sentence uses the score test, because the slope's own test finds relations where there are none.
        case
            when not is_sufficient
                then concat(
                    'Not enough data to say anything about ', words, ' (account-months: ', {{ number_text('account_months', 0) }},
                    ', accounts: ', {{ number_text('accounts', 0) }}, ', churned accounts: ',
                    {{ number_text('churned_accounts', 0) }}, ').',
                    case
                        when account_months > 0 and p_value is null then ' There is no difference to compare.'
                        else ''
                    end
                )
            when score_q_value < 0.05
                then concat(
                    upper(substr(subject, 1, 1)), substr(subject, 2), ' was ', {{ number_text('mean_when_churned / unit', 1) }},
                    unit_words, ' on average in account-months followed by churn within {{ var("churn_horizon_days") }} days, and ',
                    {{ number_text('mean_when_retained / unit', 1) }}, unit_words, ' in the others. In ',
                    {{ number_text('100 * auc', 0) }},
                    ' % of random pairs, the account-month followed by churn has the higher value; ties count half, so 50 % is chance. q ',
                    {{ p_value_text('score_q_value') }}, ' over ', {{ number_text('accounts', 0) }},
                    ' accounts. ', {{ reading_among_alike() }}, ' This is a correlation: it proves no cause.'
                )
            else concat(
                'No relation with churn is visible for ', subject, ': ', {{ number_text('mean_when_churned / unit', 1) }}, unit_words,
                ' on average before churn, and ', {{ number_text('mean_when_retained / unit', 1) }}, unit_words, ' otherwise. q ',
                {{ p_value_text('score_q_value') }}, ' over ', {{ number_text('accounts', 0) }},
                ' accounts. ', {{ reading_among_alike() }}, ' A relation can still exist.'
            )
        end as reading,
    from corrected_adjusted
)

select * from final
