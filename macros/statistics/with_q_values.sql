{#
    A query: the relation's columns and `q`, p-values corrected for how many were looked at: the smallest false discovery rate at
    which a row would be among the discoveries (Y. Benjamini and Y. Hochberg, J. R. Statist. Soc. B 57 (1995), 289-300).
    `family`: within which columns' values a correction is made; rows whose p is null are in none and get null.
#}
{% macro with_q_values(relation, p, q, family=[]) -%}
    {%- set partition -%}
        partition by {% for column in family %}{{ column }}, {% endfor %}{{ p }} is null
    {%- endset -%}
    select
        stepped.*,
        -- From the largest p down, so that a smaller p never has a larger q.
        case
            when stepped.{{ p }} is not null
                then least(min(stepped.{{ p }}_stepped) over ({{ partition }} order by {{ p }} desc), 1.0)
        end as {{ q }},
    from (
        select
            counted.*,
            counted.{{ p }} * count(counted.{{ p }}) over ({{ partition }})
            / nullif(count(counted.{{ p }}) over ({{ partition }} order by {{ p }}), 0) as {{ p }}_stepped,
        from {{ relation }} as counted
    ) as stepped
{%- endmacro %}
