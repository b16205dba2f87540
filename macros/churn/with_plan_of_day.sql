{#
    A query: the rows of a relation with what their account pays on a day, `plan` and `mrr`. Before the account's first spell (in a
    trial) and between spells, the next plan counts. An account that left for good pays nothing.
    `day` is the relation's column of the day, `key` what tells its rows apart. The relation has account_id. `spells` and
    `account_mrr` are the intermediate relations of these names.
#}
{% macro with_plan_of_day(relation, day, key, spells, account_mrr) -%}
    select
        {{ relation }}.*,
        spells.plan,
        coalesce(account_mrr.mrr, spells.mrr) as mrr,
    from {{ relation }}
    left join {{ spells }} as spells
        on
            {{ relation }}.account_id = spells.account_id
            and coalesce(spells.plan_until_on, cast('9999-12-31' as date)) > {{ relation }}.{{ day }}
    left join {{ account_mrr }} as account_mrr
        on
            spells.account_id = account_mrr.account_id
            and {{ relation }}.{{ day }} >= account_mrr.changed_on
            and coalesce(account_mrr.next_changed_on, cast('9999-12-31' as date)) > {{ relation }}.{{ day }}
    where true
    qualify row_number() over (partition by {{ key | join(', ') }} order by spells.plan_from_on) = 1
{%- endmacro %}
