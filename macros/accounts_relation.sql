{# Where the accounts come from: the seed, or the relation that `vars: accounts_relation` names. #}
{% macro accounts_relation() -%}
    {%- if var('accounts_relation') -%}{{ var('accounts_relation') }}{%- else -%}{{ ref('accounts') }}{%- endif -%}
{%- endmacro %}
