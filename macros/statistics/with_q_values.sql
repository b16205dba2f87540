{#
    A query: the relation's columns and `q`, p-values corrected for the number of tests: the smallest false discovery rate at
    which a row would be a discovery (Y. Benjamini and Y. Hochberg, J. R. Statist. Soc. B 57 (1995), 289-300).
    `family`: columns; each of their values is corrected by itself. `among`: a condition on rows. Rows that do not meet the condition,
    or have no p, are not tests: they get null.
#}
{% macro with_q_values(relation, p, q, family=[], among='true') -%}
    {%- set partition -%}
        partition by {% for column in family %}{{ column }}, {% endfor %}{{ q }}_p is null
    {%- endset -%}
    select
        stepped.*,
        -- From the largest p down, so that a smaller p never has a larger q.
        case
            when stepped.{{ q }}_p is not null
                -- A product by n and a quotient by n may be a last digit less than what they began with.
                then greatest(
                    least(min(stepped.{{ q }}_stepped) over ({{ partition }} order by {{ q }}_p desc), 1.0), stepped.{{ q }}_p
                )
        end as {{ q }},
    from (
        select
            counted.*,
            counted.{{ q }}_p * count(counted.{{ q }}_p) over ({{ partition }})
            / nullif(count(counted.{{ q }}_p) over ({{ partition }} order by {{ q }}_p), 0) as {{ q }}_stepped,
        from (
            select
                *,
                case when {{ among }} then {{ p }} end as {{ q }}_p,
            from {{ relation }}
        ) as counted
    ) as stepped
{%- endmacro %}
