{# The relation of the accounts: the one that `vars: accounts_relation` names, else the seed. #}
{% macro accounts_relation() -%}
    {#- The seed is referred to in any case: dbt then builds it first, and unit tests know its columns. -#}
    {%- set seed = ref('accounts') -%}
    {{ var('accounts_relation') or seed }}
{%- endmacro %}
