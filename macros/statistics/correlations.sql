{#
    A query: one row per group, the correlation of a feature with an outcome over account-months. `observations` has the columns of `by`,
    account_id, value (a float) and `outcome` (a number); rows without a value or an outcome don't count. A group with a constant
    value or outcome has counts and means, and null for the rest.

    pearson_r         product-moment correlation
    spearman_rho      the same of the average ranks (ties share theirs)
    auc               Mann-Whitney's U / (n1 n0), ties half: how often, of two account-months of which only one had outcome 1, that
                      one has the larger value. Only of use for an outcome of 0 and 1
    slope, slope_se   least squares; standard error clustered by account, CR1: (G / (G - 1)) ((N - 1) / (N - 2)) times the sandwich
                      (K.-Y. Liang and S. Zeger, Biometrika 73 (1986), 13-22). The months of one account are no independent cases
    z_over_root_2     |slope / slope_se| / sqrt 2
    score_z_over_root_2   the same for the score test: the accounts' sums of (value - mean) (outcome - mean), added up, against the root of
                      their squares, added up. slope_se is too small where few accounts have most of a skewed feature, also with hundreds
                      of accounts; this is not, since it takes the variance as it would be if nothing were there
#}
{% macro correlations(observations, by, outcome='outcome') -%}
    {%- set keys = by | join(', ') -%}
    with

    -- An account has few different values of most features, and all steps below need each value only once.
    tallies as (
        select
            {{ keys }},
            account_id,
            value,
            {{ as_float(outcome) }} as outcome,
            count(*) as months,
        from {{ observations }}
        where value is not null and {{ outcome }} is not null
        group by {{ keys }}, account_id, value, {{ outcome }}
    ),

    totals as (
        select
            {{ keys }},
            {{ sum_int('months') }} as account_months,
            count(distinct account_id) as accounts,
            {{ sum_int('case when outcome > 0 then months else 0 end') }} as positive_account_months,
            count(distinct case when outcome > 0 then account_id end) as positive_accounts,
            sum(months * value) / sum(months) as mean_value,
            sum(months * outcome) / sum(months) as mean_outcome,
            sum(case when outcome > 0 then months * value end) / sum(case when outcome > 0 then months end) as mean_when_positive,
            sum(case when outcome <= 0 then months * value end) / sum(case when outcome <= 0 then months end) as mean_when_not,
            min(value) < max(value) and min(outcome) < max(outcome) as is_variable,
        from tallies
        group by {{ keys }}
    ),
    {% for side in ['value', 'outcome'] %}

    {{ side }}_sizes as (
        select
            {{ keys }},
            {{ side }},
            {{ sum_int('months') }} as months,
        from tallies
        group by {{ keys }}, {{ side }}
    ),

    {{ side }}_ranks as (
        select
            {{ keys }},
            {{ side }},
            {{ sum_int('months', 'over (partition by ' ~ keys ~ ' order by ' ~ side ~ ' rows unbounded preceding)') }}
            - (months - 1) / 2.0 as average_rank,
        from {{ side }}_sizes
    ),
    {% endfor %}

    deviations as (
        select
    {%- for column in by %}
            tallies.{{ column }},
    {%- endfor %}
            tallies.account_id,
            tallies.months,
            tallies.outcome,
            totals.positive_account_months,
            tallies.value - totals.mean_value as x,
            tallies.outcome - totals.mean_outcome as y,
            value_ranks.average_rank,
            value_ranks.average_rank - (totals.account_months + 1) / 2.0 as x_rank,
            outcome_ranks.average_rank - (totals.account_months + 1) / 2.0 as y_rank,
        from tallies
        inner join totals
            on {% for column in by %}tallies.{{ column }} = totals.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
        inner join value_ranks
            on
    {%- for column in by %}
                tallies.{{ column }} = value_ranks.{{ column }}
                and
    {%- endfor %}
                tallies.value = value_ranks.value
        inner join outcome_ranks
            on
    {%- for column in by %}
                tallies.{{ column }} = outcome_ranks.{{ column }}
                and
    {%- endfor %}
                tallies.outcome = outcome_ranks.outcome
        where totals.is_variable
    ),

    clusters as (
        select
            {{ keys }},
            account_id,
            sum(months * x * x) as xx,
            sum(months * y * y) as yy,
            sum(months * x * y) as xy,
            sum(months * x_rank * x_rank) as xx_rank,
            sum(months * y_rank * y_rank) as yy_rank,
            sum(months * x_rank * y_rank) as xy_rank,
            sum(case when outcome > 0 then months * average_rank else 0 end) as positive_rank_sum,
        from deviations
        group by {{ keys }}, account_id
    ),

    slopes as (
        select
            *,
            sum(xy) over (partition by {{ keys }}) / sum(xx) over (partition by {{ keys }}) as slope,
        from clusters
    ),

    moments as (
        select
            {{ keys }},
            sum(xx) as xx,
            sum(yy) as yy,
            sum(xy) as xy,
            sum(xx_rank) as xx_rank,
            sum(yy_rank) as yy_rank,
            sum(xy_rank) as xy_rank,
            sum(positive_rank_sum) as positive_rank_sum,
            max(slope) as slope,
            -- The regression's residuals times x, added up account by account before they are squared.
            sum((xy - slope * xx) * (xy - slope * xx)) as meat,
            sum(xy * xy) as score_variance,
        from slopes
        group by {{ keys }}
    ),

    measured as (
        select
            totals.*,
            moments.xy / sqrt(moments.xx * moments.yy) as pearson_r,
            moments.xy_rank / sqrt(moments.xx_rank * moments.yy_rank) as spearman_rho,
            (moments.positive_rank_sum - totals.positive_account_months * (totals.positive_account_months + 1) / 2.0)
            / nullif(
                {{ as_float('totals.positive_account_months') }} * (totals.account_months - totals.positive_account_months), 0
            ) as auc,
            moments.slope,
            case
                when totals.accounts > 1 and totals.account_months > 2
                    then sqrt(
                        moments.meat * totals.accounts / (totals.accounts - 1.0)
                        * (totals.account_months - 1.0) / (totals.account_months - 2.0)
                    ) / moments.xx
            end as slope_se,
            -- A rounding error is no variance.
            case
                when totals.accounts > 1 and moments.score_variance > 1e-20 * moments.xx * moments.yy
                    then abs(moments.xy) / sqrt(2.0 * moments.score_variance)
            end as score_z_over_root_2,
        from totals
        left join moments
            on {% for column in by %}totals.{{ column }} = moments.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
    )

    select
        *,
        -- A line through every point has no error, and no test.
        case when slope_se > 1e-9 * abs(slope) then abs(slope) / slope_se / sqrt(2.0) end as z_over_root_2,
    from measured
{%- endmacro %}
