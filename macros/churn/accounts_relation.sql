{# The relation of the accounts: the one that `vars: accounts_relation` names, else the seed. #}
{% macro accounts_relation() %}{{ return(seed_or_named('accounts', 'accounts_relation')) }}{% endmacro %}
