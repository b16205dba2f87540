{#
    Of several accounts that share a company, which one stands for the company: columns to order by. It is the account that pays on the
    day, of several the one that pays most, then one that is to pay later. Any other account would hide their revenue.
    `account` is a relation with account_id, plan_from_on (null where the account has no plan on the day or later) and mrr.
#}
{% macro paying_first(account, day) -%}
    case when {{ account }}.plan_from_on is null then 2 when {{ account }}.plan_from_on > {{ day }} then 1 else 0 end,
    coalesce({{ account }}.mrr, 0) desc,
    {{ account }}.account_id
{%- endmacro %}
