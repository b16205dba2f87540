{#
    A query: the relation's columns, and how much more often each of its rows (words or phrases) is in one group of texts than in another.
    Log-odds ratio with an informative Dirichlet prior (B. L. Monroe, M. P. Colaresi, K. M. Quinn, "Fightin' Words", Political Analysis 16
    (2008), 372-403, equations 15, 19 and 22). `count` and `other_count` are columns, and `by` the columns whose values are compared by themselves.

    n, n'     All counts of a group, added up over the rows.
    a0        The prior's weight: half of the smaller group's n.
    a         a0 times the row's share of both groups. A group that says nothing new would have as many.
    log_odds  ln((y + a) / (n + a0 - y - a)) - ln((y' + a) / (n' + a0 - y' - a)).
    z         log_odds / sqrt(1 / (y + a) + 1 / (y' + a)).

    A prior of this weight keeps the ratio finite where a group lacks the row, and twelve against none are still seen. The columns
    are `<name>_log_odds`, `<name>_z` and `<name>_z_over_root_2` (of |z|). Null where a group is empty, or has one row alone.
#}
{% macro with_log_odds(relation, name, count, other_count, by) -%}
    {%- set keys = by | join(', ') -%}
    select
        scored.*,
        abs(scored.{{ name }}_z) / sqrt(2.0) as {{ name }}_z_over_root_2,
    from (
        select
            measured.*,
            measured.{{ name }}_log_odds / sqrt(
                1.0 / ({{ count }} + {{ name }}_prior) + 1.0 / ({{ other_count }} + {{ name }}_prior)
            ) as {{ name }}_z,
        from (
            select
                weighed.*,
                ln(
                    ({{ count }} + {{ name }}_prior)
                    / nullif({{ name }}_n + {{ name }}_weight - {{ count }} - {{ name }}_prior, 0)
                )
                - ln(
                    ({{ other_count }} + {{ name }}_prior)
                    / nullif({{ name }}_other_n + {{ name }}_weight - {{ other_count }} - {{ name }}_prior, 0)
                ) as {{ name }}_log_odds,
            from (
                select
                    summed.*,
                    least({{ name }}_n, {{ name }}_other_n) / 2.0 as {{ name }}_weight,
                    nullif(
                        least({{ name }}_n, {{ name }}_other_n) / 2.0 * ({{ count }} + {{ other_count }})
                        / nullif({{ name }}_n + {{ name }}_other_n, 0),
                        0
                    ) as {{ name }}_prior,
                from (
                    select
                        *,
                        {{ as_float('sum(' ~ count ~ ') over (partition by ' ~ keys ~ ')') }} as {{ name }}_n,
                        {{ as_float('sum(' ~ other_count ~ ') over (partition by ' ~ keys ~ ')') }} as {{ name }}_other_n,
                    from {{ relation }}
                ) as summed
            ) as weighed
        ) as measured
    ) as scored
{%- endmacro %}
