-- one row per feature: its correlation with the change of revenue over the horizon; "not enough data" without `account_mrr_relation`
with

features as (
    select * from {{ ref('int_churn_features') }}
),

account_month_values as (
    select * from {{ ref('int_account_month_values') }}
),

-- Accounts that lost revenue, for the minimum counts: correlations() counts only outcomes above zero.
losses as (
    select
        feature,
        count(distinct case when mrr_change_within_horizon < 0 then account_id end) as accounts_that_shrank,
        {{ count_if('mrr_change_within_horizon >= 0') }} as account_months_that_did_not,
    from account_month_values
    group by feature
),

measured as (
    {{ correlations('account_month_values', ['feature'], outcome='mrr_change_within_horizon') }}
),

adjusted as (
    {{ adjusted_scores('account_month_values', ['feature'], outcome='mrr_change_within_horizon') }}
),

with_all_features as (
    select
        features.feature,
        features.words,
        features.subject,
        features.unit,
        features.one_unit,
        coalesce(measured.account_months, 0) as account_months,
        coalesce(measured.accounts, 0) as accounts,
        coalesce(losses.accounts_that_shrank, 0) as accounts_that_shrank,
        coalesce(losses.account_months_that_did_not, 0) as account_months_that_did_not,
        measured.mean_outcome as mean_mrr_change,
        measured.pearson_r,
        measured.spearman_rho,
        measured.slope,
        measured.slope_se,
        {{ two_sided_p_value('measured.z_over_root_2') }} as p_value,
        {{ two_sided_p_value('measured.score_z_over_root_2') }} as score_p_value,
        adjusted.adjusted_slope,
        {{ two_sided_p_value('adjusted.adjusted_z_over_root_2') }} as adjusted_p_value,
    from features
    left join measured on features.feature = measured.feature
    left join adjusted on features.feature = adjusted.feature
    left join losses on features.feature = losses.feature
),

judged as (
    select
        *,
        p_value is not null
        and score_p_value is not null
        and {{ is_enough('account_months', 'accounts', 'accounts_that_shrank', 'account_months_that_did_not') }} as is_sufficient,
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
        accounts_that_shrank,
        mean_mrr_change,
        pearson_r,
        spearman_rho,
        slope,
        slope_se,
        p_value,
        q_value,
        is_sufficient,
        score_p_value,
        score_q_value,
        adjusted_slope,
        adjusted_p_value,
        adjusted_q_value,
        case
            when not is_sufficient
                then concat(
                    'Not enough data to say anything about ', words, ' and revenue (account-months with a revenue history: ',
                    {{ number_text('account_months', 0) }}, ', accounts: ', {{ number_text('accounts', 0) }},
                    ', accounts that paid less later: ', {{ number_text('accounts_that_shrank', 0) }}, ').'
                )
            when score_q_value < 0.05
                then concat(
                    'Where ', subject, ' is higher by ', one_unit, ', the change of revenue over {{ var("churn_horizon_days") }} days is ',
                    {{ number_text('abs(slope) * unit', 2) }}, case when slope > 0 then ' higher' else ' lower' end,
                    ' on average (rank correlation ', {{ number_text('spearman_rho', 2) }}, '). q ',
                    {{ p_value_text('score_q_value') }}, ' over ', {{ number_text('accounts', 0) }},
                    ' accounts. This is a correlation: it proves no cause.'
                )
            else concat(
                'No relation with revenue is visible for ', words, '. q ', {{ p_value_text('score_q_value') }}, ' over ',
                {{ number_text('accounts', 0) }}, ' accounts. A relation can still exist.'
            )
        end as reading,
    from corrected_adjusted
)

select * from final
