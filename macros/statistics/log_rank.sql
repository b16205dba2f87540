{#
    A query: one row per group of `by`, the log-rank test of two sets of lives (N. Mantel 1966; R. Peto, J. Peto 1972): lives with
    `is_first` against the others. `lives` has the columns of `by`, `is_first`, duration_days and is_churned.
    chi_squared has one degree of freedom; null when there is nothing to compare.
#}
{% macro log_rank(lives, by) -%}
    {%- set keys = by | join(', ') -%}
    with

    by_day as (
        select
            {{ keys }},
            duration_days,
            {{ count_if('is_churned') }} as churned,
            {{ count_if('is_churned and is_first') }} as first_churned,
            count(*) as leaving,
            {{ count_if('is_first') }} as first_leaving,
        from {{ lives }}
        group by {{ keys }}, duration_days
    ),

    at_risk_by_day as (
        select
            *,
    {%- for side in ['', 'first_'] %}
        {{ as_float('sum(' ~ side ~ 'leaving) over (partition by ' ~ keys ~ ' order by duration_days desc rows unbounded preceding)') }}
                as {{ side }}at_risk,
    {%- endfor %}
        from by_day
    )

    select
        {{ keys }},
        {{ sum_int('leaving') }} as spells,
        {{ sum_int('first_leaving') }} as first_spells,
        {{ sum_int('churned') }} as churned,
        {{ sum_int('first_churned') }} as first_churned,
        sum(churned * first_at_risk / at_risk) as first_churned_expected,
        sum(first_churned - churned * first_at_risk / at_risk)
        * sum(first_churned - churned * first_at_risk / at_risk)
        / nullif(
            sum(
                case
                    when at_risk > 1
                        then first_at_risk * (at_risk - first_at_risk) * churned * (at_risk - churned)
                            / (at_risk * at_risk * (at_risk - 1))
                    else 0.0
                end
            ), 0
        ) as chi_squared,
    from at_risk_by_day
    group by {{ keys }}
{%- endmacro %}
