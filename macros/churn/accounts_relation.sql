{# Where the accounts come from: the seed, or the relation that `vars: accounts_relation` names. #}
{% macro accounts_relation() -%}
    {#- Asked for in any case: the seed is built first then, and unit tests that stand in for it know its columns. -#}
    {%- set seed = ref('accounts') -%}
    {{ var('accounts_relation') or seed }}
{%- endmacro %}
