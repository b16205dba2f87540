{# The names of the tables of a dataset, which need not be there. #}
{% macro tables_in(dataset) %}{{ return(adapter.dispatch('tables_in')(dataset)) }}{% endmacro %}

{% macro duckdb__tables_in(dataset) -%}
    {{ return(list_relations_without_caching(dataset).columns['name'].values() | list) }}
{%- endmacro %}

{% macro bigquery__tables_in(dataset) -%}
    {{ return(adapter.list_relations_without_caching(dataset) | map(attribute='identifier') | list) }}
{%- endmacro %}
