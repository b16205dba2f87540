{#
    A query: one row per group of exposures, churn after exposed account-months against churn after all others.
    `account_months`: the columns of `panel` (often none), account_id, month, stratum, churned (0 or 1); `exposures`: the columns
    of `by` (those of `panel` among them), account_id, month. With a, b exposed and churned or not, c, d unexposed, n their sum:

    risk_ratio, odds_ratio    (a / (a + b)) / (c / (c + d)), null when c is 0; ad / bc, 0.5 added to each when one is 0
                              (J. B. S. Haldane 1956, F. J. Anscombe 1956), null when nobody or everybody churned, or was exposed:
                              the halves alone would make a ratio there: 94 for 10 exposed of 1000, none churned
    odds_ratio_low, _high     95 %, B. Woolf, Ann. Hum. Genet. 19 (1955), 251-253: standard error of the logarithm sqrt(1/a + … + 1/d)
    adjusted_odds_ratio       within strata: sum(ad / n) / sum(bc / n) (N. Mantel, W. Haenszel, J. Natl. Cancer Inst. 22 (1959),
                              719-748), interval by J. Robins, N. Breslow, S. Greenland, Biometrics 42 (1986), 311-323
    cmh_z_over_root_2         square root of half of the Cochran-Mantel-Haenszel chi-squared, without continuity correction.
    clustered_z_over_root_2   the same test with the variance of the accounts' sums: the months of one account are no
                              independent cases (a score test with a cluster-robust variance: `account_variances`)
    clustered_odds_ratio_low, _high   bounds of adjusted_odds_ratio, by leaving out one account after the other
    adjusted_risk_difference  churn rate with the exposure less without it, within strata: sum((ad - bc) / n) / sum((a + b)(c + d) / n)
                              (S. Greenland, J. Robins, Biometrics 41 (1985), 55-68); `_low`, `_high` by the same jackknife
#}
{% macro exposure_odds(account_months, exposures, by, panel=[]) -%}
    {%- set keys = by | join(', ') -%}
    {%- set panel_keys -%}{% for column in panel %}{{ column }}, {% endfor %}{%- endset -%}
    with

    strata as (
        select
            {{ panel_keys }}
            stratum,
            count(*) as stratum_months,
            {{ sum_int('churned') }} as stratum_churned,
        from {{ account_months }}
        group by {{ panel_keys }} stratum
    ),

    exposed_months as (
        select
    {%- for column in by %}
            exposures.{{ column }},
            {%- endfor %}
            months.account_id,
            months.stratum,
            count(*) as exposed,
            {{ sum_int('months.churned') }} as exposed_churned,
        from {{ exposures }} as exposures
        inner join {{ account_months }} as months
            on
                exposures.account_id = months.account_id
                and exposures.month = months.month
    {%- for column in panel %}
                and exposures.{{ column }} = months.{{ column }}
                {%- endfor %}
        group by {% for column in by %}exposures.{{ column }}, {% endfor %}months.account_id, months.stratum
    ),

    exposed_strata as (
        select
            {{ keys }},
            stratum,
            {{ sum_int('exposed') }} as exposed,
            {{ sum_int('exposed_churned') }} as exposed_churned,
        from exposed_months
        group by {{ keys }}, stratum
    ),

    -- a, b, c, d of each stratum in which the exposure occurs; the others say nothing about it but count for the crude ratios.
    cells as (
        select
    {%- for column in by %}
            exposed_strata.{{ column }},
            {%- endfor %}
            exposed_strata.stratum,
            {{ as_float('strata.stratum_months') }} as n,
            {{ as_float('exposed_strata.exposed_churned') }} as a,
            {{ as_float('exposed_strata.exposed - exposed_strata.exposed_churned') }} as b,
            {{ as_float('strata.stratum_churned - exposed_strata.exposed_churned') }} as c,
            {{ as_float('strata.stratum_months - exposed_strata.exposed - strata.stratum_churned + exposed_strata.exposed_churned') }} as d,
        from exposed_strata
        inner join strata
            on
                exposed_strata.stratum = strata.stratum
    {%- for column in panel %}
                and exposed_strata.{{ column }} = strata.{{ column }}
                {%- endfor %}
    ),

    pooled as (
        select
            {{ keys }},
            sum(a * d / n) as r,
            sum(b * c / n) as s,
            sum((a + d) / n * (a * d / n)) as pr,
            sum((a + d) / n * (b * c / n) + (b + c) / n * (a * d / n)) as ps_qr,
            sum((b + c) / n * (b * c / n)) as qs,
            sum((a + b) * (c + d) / n) as w,
            sum(a - (a + b) * (a + c) / n) as excess,
            sum(case when n > 1 then (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1)) end) as excess_variance,
        from cells
        group by {{ keys }}
    ),

    {{ account_variances(account_months, by, panel) }},

    accounts as (
        select
            {{ panel_keys }}
            account_id,
            count(*) as months,
            {{ sum_int('churned') }} as churned,
        from {{ account_months }}
        group by {{ panel_keys }} account_id
    ),

    account_exposures as (
        select
            {{ keys }},
            account_id,
            {{ sum_int('exposed') }} as exposed,
            {{ sum_int('exposed_churned') }} as exposed_churned,
        from exposed_months
        group by {{ keys }}, account_id
    ),

    exposed_totals as (
        select
    {%- for column in by %}
            account_exposures.{{ column }},
            {%- endfor %}
            count(*) as exposed_accounts,
            {{ sum_int('account_exposures.exposed') }} as exposed_account_months,
            {{ sum_int('account_exposures.exposed_churned') }} as exposed_churned,
            {{ count_if('account_exposures.exposed_churned > 0') }} as exposed_churned_accounts,
            -- What is left of all accounts without these has a month, or one that churn followed, without the exposure.
            {{ count_if('account_exposures.exposed = accounts.months') }} as always_exposed_accounts,
            {{ count_if('accounts.churned > 0 and account_exposures.exposed_churned = accounts.churned') }} as only_exposed_churned_accounts,
        from account_exposures
        inner join accounts
            on
                account_exposures.account_id = accounts.account_id
    {%- for column in panel %}
                and account_exposures.{{ column }} = accounts.{{ column }}
                {%- endfor %}
        group by {% for column in by %}account_exposures.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    ),

    all_months as (
        select
            {{ panel_keys }}
    {{ sum_int('months') }} as account_months,
            {{ sum_int('churned') }} as churned,
            count(*) as accounts,
            {{ count_if('churned > 0') }} as churned_accounts,
        from accounts
        {{ 'group by ' ~ (panel | join(', ')) if panel }}
    ),

    counts as (
        select
            exposed_totals.*,
            all_months.account_months - exposed_totals.exposed_account_months as unexposed_account_months,
            all_months.churned - exposed_totals.exposed_churned as unexposed_churned,
            all_months.accounts - exposed_totals.always_exposed_accounts as unexposed_accounts,
            all_months.churned_accounts - exposed_totals.only_exposed_churned_accounts as unexposed_churned_accounts,
        from exposed_totals
        {% if panel -%}
        inner join all_months
            on {% for column in panel %}exposed_totals.{{ column }} = all_months.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
        {%- else -%}
        cross join all_months
        {%- endif %}
    ),

    crude as (
        select
            *,
            exposed_churned / {{ as_float('exposed_account_months') }} as exposed_churn_rate,
            unexposed_churned / nullif({{ as_float('unexposed_account_months') }}, 0) as unexposed_churn_rate,
            exposed_churned + zero_cell_addend as a,
            exposed_account_months - exposed_churned + zero_cell_addend as b,
            unexposed_churned + zero_cell_addend as c,
            unexposed_account_months - unexposed_churned + zero_cell_addend as d,
        from (
            select
                *,
                case
                    when unexposed_account_months = 0 then null
                    when exposed_churned + unexposed_churned in (0, exposed_account_months + unexposed_account_months) then null
                    when
                        exposed_churned = 0 or exposed_churned = exposed_account_months
                        or unexposed_churned = 0 or unexposed_churned = unexposed_account_months
                        then 0.5
                    else 0.0
                end as zero_cell_addend,
            from counts
        ) as with_addend
    ),

    measured as (
        select
            crude.*,
            crude.exposed_churn_rate / nullif(crude.unexposed_churn_rate, 0) as risk_ratio,
            {{ as_float('crude.a') }} * crude.d / (crude.b * crude.c) as odds_ratio,
            sqrt(1.0 / crude.a + 1.0 / crude.b + 1.0 / crude.c + 1.0 / crude.d) as log_odds_se,
            case when pooled.r > 0 and pooled.s > 0 then pooled.r / pooled.s end as adjusted_odds_ratio,
            case
                when pooled.r > 0 and pooled.s > 0
                    then sqrt(
                        pooled.pr / (2.0 * pooled.r * pooled.r)
                        + pooled.ps_qr / (2.0 * pooled.r * pooled.s)
                        + pooled.qs / (2.0 * pooled.s * pooled.s)
                    )
            end as adjusted_log_odds_se,
            case
                when pooled.excess_variance > 0 then abs(pooled.excess) / sqrt(2.0 * pooled.excess_variance)
            end as cmh_z_over_root_2,
            case
                when pooled.excess_variance > 0 and account_variances.score_variance > 0
                    then abs(pooled.excess) / sqrt(2.0 * account_variances.score_variance)
            end as clustered_z_over_root_2,
            case
                when pooled.r > 0 and pooled.s > 0 then sqrt(account_variances.clustered_log_odds_variance)
            end as clustered_log_odds_se,
            (pooled.r - pooled.s) / nullif(pooled.w, 0.0) as adjusted_risk_difference,
            sqrt(account_variances.clustered_risk_difference_variance) as risk_difference_se,
        from crude
        inner join pooled
            on {% for column in by %}crude.{{ column }} = pooled.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
        inner join account_variances
            on {% for column in by %}crude.{{ column }} = account_variances.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
    )

    select
        *,
        odds_ratio * exp(-{{ normal_quantile_975() }} * log_odds_se) as odds_ratio_low,
        odds_ratio * exp({{ normal_quantile_975() }} * log_odds_se) as odds_ratio_high,
        adjusted_odds_ratio * exp(-{{ normal_quantile_975() }} * adjusted_log_odds_se) as adjusted_odds_ratio_low,
        adjusted_odds_ratio * exp({{ normal_quantile_975() }} * adjusted_log_odds_se) as adjusted_odds_ratio_high,
        adjusted_odds_ratio * exp(-{{ normal_quantile_975() }} * clustered_log_odds_se) as clustered_odds_ratio_low,
        adjusted_odds_ratio * exp({{ normal_quantile_975() }} * clustered_log_odds_se) as clustered_odds_ratio_high,
        adjusted_risk_difference - {{ normal_quantile_975() }} * risk_difference_se as adjusted_risk_difference_low,
        adjusted_risk_difference + {{ normal_quantile_975() }} * risk_difference_se as adjusted_risk_difference_high,
    from measured
{%- endmacro %}
