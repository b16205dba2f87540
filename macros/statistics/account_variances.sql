{#
    Common table expressions of `exposure_odds`: variances with accounts as the cases. The last, `account_variances`, has one row per group
    of exposures. They read its `cells`, `pooled` and `exposed_months`.

    score_variance               of the score test: the accounts' shares of the excess, squared. A stratum of few accounts weighs more
                                 (`small_stratum_factor`), as Cochran's variance divides by n - 1.
    clustered_log_odds_variance  by a jackknife: one account after the other is left out of R - OR * S = 0, which the ratio solves.
    clustered_risk_difference_variance   the same for R - S - RD * W = 0, which the difference solves.
#}
{% macro account_variances(account_months, by, panel) -%}
    {%- set keys = by | join(', ') -%}
    account_strata as (
        select
            {% for column in panel %}months.{{ column }}, {% endfor %}
            months.account_id,
            months.stratum,
            count(*) as account_stratum_months,
            {{ sum_int('months.churned') }} as account_stratum_churned,
            count(*) over (partition by {% for column in panel %}months.{{ column }}, {% endfor %}months.stratum) as stratum_accounts,
        from {{ account_months }} as months
        group by {% for column in panel %}months.{{ column }}, {% endfor %}months.account_id, months.stratum
    ),

    -- The cells of a stratum, and the part of each that is one account's.
    account_cells as (
        select
            cells.*,
            account_strata.account_id,
            {{ small_stratum_factor('account_strata.stratum_accounts') }} as factor,
            {{ as_float('account_strata.account_stratum_months') }} as account_n,
            {{ as_float('coalesce(exposed_months.exposed_churned, 0)') }} as account_a,
            {{ as_float('coalesce(exposed_months.exposed - exposed_months.exposed_churned, 0)') }} as account_b,
            {{ as_float('account_strata.account_stratum_churned - coalesce(exposed_months.exposed_churned, 0)') }} as account_c,
            {{ as_float(
                'account_strata.account_stratum_months - account_strata.account_stratum_churned'
                ~ ' - coalesce(exposed_months.exposed - exposed_months.exposed_churned, 0)'
            ) }} as account_d,
        from cells
        inner join account_strata
            on
                cells.stratum = account_strata.stratum
    {%- for column in panel %}
                and cells.{{ column }} = account_strata.{{ column }}
                {%- endfor %}
        left join exposed_months
            on
                cells.stratum = exposed_months.stratum
                and account_strata.account_id = exposed_months.account_id
    {%- for column in by %}
                and cells.{{ column }} = exposed_months.{{ column }}
                {%- endfor %}
    ),

    -- `score`: the account's share of the excess, over its months: (exposed or not - the stratum's share exposed) times (churned or not -
    -- the stratum's rate), for its variance. `_lost`: what a sum of `pooled` loses without the account.
    account_shares as (
        select
            {{ keys }},
            account_id,
            sum(
                factor * (
                    account_a - (account_a + account_b) * (a + c) / n
                    - (a + b) / n * (account_a + account_c - account_n * (a + c) / n)
                )
            ) as score,
            sum(a * d / n - coalesce((a - account_a) * (d - account_d) / nullif(n - account_n, 0.0), 0.0)) as r_lost,
            sum(b * c / n - coalesce((b - account_b) * (c - account_c) / nullif(n - account_n, 0.0), 0.0)) as s_lost,
            sum(
                (a + b) * (c + d) / n
                - coalesce(
                    (a + b - account_a - account_b) * (c + d - account_c - account_d) / nullif(n - account_n, 0.0), 0.0
                )
            ) as w_lost,
        from account_cells
        group by {{ keys }}, account_id
    ),

    account_variances as (
        select
    {%- for column in by %}
            pooled.{{ column }},
            {%- endfor %}
            sum(account_shares.score * account_shares.score) as score_variance,
            -- In units of R, so that its root is a standard error of the ratio's logarithm.
            (count(*) - 1.0) / count(*) * sum(
                power((account_shares.r_lost - pooled.r / nullif(pooled.s, 0.0) * account_shares.s_lost) / nullif(pooled.r, 0.0), 2)
            ) as clustered_log_odds_variance,
            (count(*) - 1.0) / count(*) * sum(
                power(
                    (account_shares.r_lost - account_shares.s_lost - (pooled.r - pooled.s) / nullif(pooled.w, 0.0) * account_shares.w_lost)
                    / nullif(pooled.w, 0.0),
                    2
                )
            ) as clustered_risk_difference_variance,
        from pooled
        inner join account_shares
            on {% for column in by %}pooled.{{ column }} = account_shares.{{ column }}{{ ' and ' if not loop.last }}{% endfor %}
        group by {% for column in by %}pooled.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    )
{%- endmacro %}
