{#
    A query: one row per group and duration at which somebody churned or was last seen, and one at 0: the share that has not
    churned by then (E. L. Kaplan, P. Meier, JASA 53 (1958), 457-481). `lives` has the columns of `by`, duration_days and
    is_churned. A life last seen on the day of another's churn was at risk on that day.
    The 95 % interval is Greenwood's variance on the scale of log(-log) (J. Kalbfleisch, R. Prentice 1980), which stays within 0
    and 1; 1 to 1 before the first churn, null when nobody is left.
#}
{% macro kaplan_meier(lives, by) -%}
    {%- set keys = by | join(', ') -%}
    with

    days as (
        select
            {{ keys }},
            duration_days,
            {{ count_if('is_churned') }} as churned,
            {{ count_if('not is_churned') }} as censored,
        from {{ lives }}
        group by {{ keys }}, duration_days
        union all
        select distinct
            {{ keys }},
            {{ as_int(0) }} as duration_days,
            {{ as_int(0) }} as churned,
            {{ as_int(0) }} as censored,
        from {{ lives }}
    ),

    by_day as (
        select
            {{ keys }},
            duration_days,
            {{ sum_int('churned') }} as churned,
            {{ sum_int('censored') }} as censored,
        from days
        group by {{ keys }}, duration_days
    ),

    at_risk_by_day as (
        select
            *,
            {{ sum_int('churned + censored', 'over (partition by ' ~ keys
                ~ ' order by duration_days desc rows unbounded preceding)') }} as at_risk,
        from by_day
    ),

    cumulative as (
        select
            *,
            {{ sum_int('churned', 'over (partition by ' ~ keys ~ ' order by duration_days rows unbounded preceding)') }} as churned_so_far,
            max(case when churned > 0 and churned = at_risk then 1 else 0 end) over (
                partition by {{ keys }} order by duration_days rows unbounded preceding
            ) = 1 as is_nobody_left,
            sum(case when churned > 0 and churned < at_risk then ln(1.0 - churned / {{ as_float('at_risk') }}) else 0.0 end) over (
                partition by {{ keys }} order by duration_days rows unbounded preceding
            ) as log_survival,
            sum(
                case when churned > 0 and churned < at_risk then churned / ({{ as_float('at_risk') }} * (at_risk - churned)) else 0.0 end
            ) over (partition by {{ keys }} order by duration_days rows unbounded preceding) as greenwood_sum,
        from at_risk_by_day
    )

    select
        *,
        case
            when is_nobody_left then 0.0
            when churned_so_far = 0 then 1.0
            else exp(log_survival)
        end as survival,
    {%- for side, sign in [('low', '-'), ('high', '')] %}
        case
            when is_nobody_left then null
            when churned_so_far = 0 then 1.0
            else exp(log_survival * exp({{ sign }}{{ normal_quantile_975() }} * sqrt(greenwood_sum) / log_survival))
        end as survival_{{ side }},
    {%- endfor %}
    from cumulative
{%- endmacro %}
