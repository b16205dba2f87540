{# dbt's test of the same name, which runs once a day. #}
{% test relationships(model, column_name, to, field) %}
    {{ config(tags=['daily']) }}
    {{ default__test_relationships(model, column_name, to, field) }}
{% endtest %}
