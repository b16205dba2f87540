{# dbt's accepted_values, which runs once a day. Under dbt's name, it would also be the test of a project that has installed this one. #}
{% test only_values(model, column_name, values, quote=true) %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    {{ dbt.test_accepted_values(model, column_name, values, quote) }}
{% endtest %}
