{#
    A query: one row per group, the relation of a feature with an outcome among account-months of the same stratum. `observations` has the
    columns of `by`, account_id, stratum, value (a float) and `outcome`; rows without a value or an outcome don't count.

    adjusted_slope          least squares, with a mean of its own for each stratum. Null when nothing varies within the strata
    adjusted_z_over_root_2  |z| / sqrt 2 of the score test: the accounts' sums of (value - the stratum's mean) (outcome - the stratum's
                            mean), added up, against the root of their squares, added up (`small_stratum_factor`)
#}
{% macro adjusted_scores(observations, by, outcome='outcome') -%}
    {%- set keys = by | join(', ') -%}
    {%- set stratum -%}partition by {{ keys }}, stratum{%- endset -%}
    with

    known as (
        select
            {{ keys }},
            account_id,
            stratum,
            value,
            {{ as_float(outcome) }} as outcome,
        from {{ observations }}
        where value is not null and {{ outcome }} is not null
    ),

    deviations as (
        select
            {{ keys }},
            account_id,
            stratum,
            -- Equal values deviate by nothing; their average may, in the last digit.
            {%- for column, deviation in [('value', 'x'), ('outcome', 'y')] %}
                case
                    when min({{ column }}) over ({{ stratum }}) = max({{ column }}) over ({{ stratum }}) then 0.0
                    else {{ column }} - avg({{ column }}) over ({{ stratum }})
                end as {{ deviation }},
            {%- endfor %}
        from known
    ),

    account_strata as (
        select
            {{ keys }},
            account_id,
            sum(x * x) as xx,
            sum(y * y) as yy,
            sum(x * y) as xy,
            {{ small_stratum_factor('count(*) over (partition by ' ~ keys ~ ', stratum)') }} as factor,
        from deviations
        group by {{ keys }}, account_id, stratum
    ),

    clusters as (
        select
            {{ keys }},
            account_id,
            sum(xx) as xx,
            sum(yy) as yy,
            sum(xy) as xy,
            sum(factor * xy) as score,
        from account_strata
        group by {{ keys }}, account_id
    ),

    moments as (
        select
            {{ keys }},
            sum(xx) as xx,
            sum(yy) as yy,
            sum(xy) as xy,
            sum(score * score) as score_variance,
        from clusters
        group by {{ keys }}
    )

    select
        {{ keys }},
        -- A rounding error is no variance.
        case when score_variance > 1e-20 * xx * yy then xy / xx end as adjusted_slope,
        case when score_variance > 1e-20 * xx * yy then abs(xy) / sqrt(2.0 * score_variance) end as adjusted_z_over_root_2,
    from moments
{%- endmacro %}
