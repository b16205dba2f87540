{# dbt-duckdb's own, which names the file (`without_database`). #}
{% macro duckdb__create_view_as(relation, sql) -%}
    {%- if config.get('contract').enforced %}
        {{ get_assert_columns_equivalent(sql) }}
    {%- endif %}
    create view {{ relation }} as (
        {{ without_database(sql) }}
    );
{%- endmacro %}
