-- one row per topic (tag or feedback topic): churn after account-months with the topic, and after all others
with

account_months as (
    select * from {{ ref('account_months') }}
),

account_month_topics as (
    select * from {{ ref('account_month_topics') }}
),

topics as (
    select * from {{ topics_relation() }}
),

observed_months as (
    select
        account_id,
        month,
        stratum,
        case when churned_within_horizon then 1 else 0 end as churned,
    from account_months
    where is_observed
),

exposures as (
    select
        topic,
        topic_kind,
        account_id,
        month,
    from account_month_topics
),

measured as (
    {{ exposure_odds('observed_months', 'exposures', ['topic', 'topic_kind']) }}
),

observed_totals as (
    select
        count(*) as account_months,
        coalesce({{ sum_int('churned') }}, 0) as churned,
    from observed_months
),

-- A topic in the seed that nobody wrote about has a row too, which says that there is not enough data.
all_topics as (
    select distinct
        topic,
        topic_kind,
    from exposures
    union distinct
    select
        topic,
        'feedback' as topic_kind,
    from topics
    where not {{ text_in_list('topic', var('churn_exclude_topics')) }}
),

with_all_topics as (
    select
        all_topics.topic,
        all_topics.topic_kind,
        coalesce(measured.exposed_account_months, 0) as exposed_account_months,
        coalesce(measured.exposed_churned, 0) as exposed_churned,
        coalesce(measured.unexposed_account_months, observed_totals.account_months) as unexposed_account_months,
        coalesce(measured.unexposed_churned, observed_totals.churned) as unexposed_churned,
        measured.exposed_churn_rate,
        coalesce(
            measured.unexposed_churn_rate, observed_totals.churned / nullif({{ as_float('observed_totals.account_months') }}, 0)
        ) as unexposed_churn_rate,
        measured.risk_ratio,
        measured.odds_ratio,
        measured.odds_ratio_low,
        measured.odds_ratio_high,
        measured.adjusted_odds_ratio,
        measured.adjusted_odds_ratio_low,
        measured.adjusted_odds_ratio_high,
        measured.clustered_odds_ratio_low,
        measured.clustered_odds_ratio_high,
        measured.adjusted_risk_difference,
        measured.adjusted_risk_difference_low,
        measured.adjusted_risk_difference_high,
        {{ two_sided_p_value('measured.cmh_z_over_root_2') }} as p_value,
        coalesce(measured.exposed_accounts, 0) as exposed_accounts,
        {{ two_sided_p_value('measured.clustered_z_over_root_2') }} as clustered_p_value,
        coalesce(measured.exposed_churned_accounts, 0) as exposed_churned_accounts,
        coalesce(measured.unexposed_accounts, 0) as unexposed_accounts,
        coalesce(measured.unexposed_churned_accounts, 0) as unexposed_churned_accounts,
    from all_topics
    cross join observed_totals
    left join measured on all_topics.topic = measured.topic and all_topics.topic_kind = measured.topic_kind
),

judged as (
    select
        *,
        {{ is_enough_on_both_sides() }} as is_sufficient,
    from with_all_topics
),

corrected as (
    {{ with_q_values('judged', 'p_value', 'q_value', among='is_sufficient') }}
),

corrected_clustered as (
    {{ with_q_values('corrected', 'clustered_p_value', 'clustered_q_value', among='is_sufficient') }}
),

final as (
    select
        topic,
        topic_kind,
        exposed_account_months,
        exposed_churned,
        unexposed_account_months,
        unexposed_churned,
        exposed_churn_rate,
        unexposed_churn_rate,
        risk_ratio,
        odds_ratio,
        odds_ratio_low,
        odds_ratio_high,
        adjusted_odds_ratio,
        adjusted_odds_ratio_low,
        adjusted_odds_ratio_high,
        p_value,
        q_value,
        is_sufficient,
        exposed_accounts,
        exposed_churned_accounts,
        clustered_p_value,
        clustered_q_value,
        clustered_odds_ratio_low,
        clustered_odds_ratio_high,
        adjusted_risk_difference,
        adjusted_risk_difference_low,
        adjusted_risk_difference_high,
        -- The sentence uses the clustered test, because the plain test counts each month of an account as an independent case.
        case
            when not is_sufficient
                then concat(
                    'Not enough data to say anything about "', topic, '" (account-months with it: ',
                    {{ number_text('exposed_account_months', 0) }}, ', accounts: ', {{ number_text('exposed_accounts', 0) }},
                    ', accounts that churned after it: ', {{ number_text('exposed_churned_accounts', 0) }}, ').'
                )
            when clustered_q_value < 0.05
                then concat(
                    'Churn is ', case when adjusted_odds_ratio > 1 then 'more' else 'less' end, ' common after account-months with "',
                    topic, '": the odds are ', {{ number_text('adjusted_odds_ratio', 1) }},
                    ' times those of other account-months of the same {{ stratum_words() }} (95 % interval ',
                    {{ number_text('clustered_odds_ratio_low', 1) }}, '-', {{ number_text('clustered_odds_ratio_high', 1) }}, '). q ',
                    {{ p_value_text('clustered_q_value') }}, ' over ', {{ number_text('exposed_accounts', 0) }},
                    ' accounts. This is a correlation: it proves no cause.'
                )
            else concat(
                'No relation with churn is visible for "', topic, '": the odds are ', {{ number_text('adjusted_odds_ratio', 1) }},
                ' times those of other account-months of the same {{ stratum_words() }}. q ', {{ p_value_text('clustered_q_value') }},
                ' over ', {{ number_text('exposed_accounts', 0) }}, ' accounts. A relation can still exist.'
            )
        end as reading,
    from corrected_clustered
)

select * from final
