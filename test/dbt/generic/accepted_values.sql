{# dbt's test of the same name, which runs once a day. #}
{% test accepted_values(model, column_name, values, quote=true) %}
    {{ config(tags=['daily']) }}
    {{ default__test_accepted_values(model, column_name, values, quote) }}
{% endtest %}
