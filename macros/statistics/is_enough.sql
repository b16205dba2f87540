{#
    Whether there is enough to say anything: `vars: churn_min_account_months` cases, ten accounts (a standard error clustered by
    account needs clusters), five accounts that churned, and five cases without churn. With less, a figure would be an
    anecdote with decimals.
#}
{% macro is_enough(cases, accounts, churned_accounts, retained) -%}
    (
        {{ cases }} >= {{ var('churn_min_account_months') }}
        and {{ accounts }} >= 10
        and {{ churned_accounts }} >= 5
        and {{ retained }} >= 5
    )
{%- endmacro %}
