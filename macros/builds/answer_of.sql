{# The first value of the first row of a query, asked while dbt compiles; `otherwise` where there is none. #}
{% macro answer_of(query, otherwise) -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(rows[0][0] if rows | length > 0 and rows[0][0] is not none else otherwise) }}
{%- endmacro %}
