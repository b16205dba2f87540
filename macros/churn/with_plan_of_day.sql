{#
    A query: the rows of a relation with what their account pays on a day, `plan` and `mrr`, and whether it left for good,
    `is_account_left`. Before the account's first spell (in a trial) and between spells, the next plan counts. An account that left for
    good pays nothing. An account without any usable row is not known to have left.
    `day` is the relation's column of the day. The relation has account_id, and a row per account where accounts share a company; `key`
    is what tells its rows apart otherwise. One account stands for the company, so that the row counts once: the account that pays on
    the day, of several the one that pays most, then an account that is to pay later. Any other would hide their revenue.
    `spells` and `account_mrr` are the intermediate relations of these names.
#}
{% macro with_plan_of_day(relation, day, key, spells, account_mrr) -%}
    select *
    from (
        select
            {{ relation }}.*,
            spells.plan,
            spells.plan_from_on,
            coalesce(account_mrr.mrr, spells.mrr) as mrr,
            coalesce(last_ends.left_on <= {{ relation }}.{{ day }}, false) as is_account_left,
        from {{ relation }}
        left join (
            select
                account_id,
                max(coalesce(plan_until_on, cast('9999-12-31' as date))) as left_on,
            from {{ spells }}
            group by account_id
        ) as last_ends
            on {{ relation }}.account_id = last_ends.account_id
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
        qualify row_number() over (partition by {{ key | join(', ') }}, {{ relation }}.account_id order by spells.plan_from_on) = 1
    ) as with_plans
    where true
    qualify
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                case when is_account_left then 1 else 0 end,
                case when plan_from_on is null then 2 when plan_from_on > {{ day }} then 1 else 0 end,
                coalesce(mrr, 0) desc,
                account_id
        ) = 1
{%- endmacro %}
