{# dbt's relationships, which runs once a day. Under dbt's name, it would also be the test of a project that has installed this one. #}
{% test names_a_row(model, column_name, to, field) %}
    {{ names_are_ours() }}
    {{ config(tags=['daily']) }}
    {{ dbt.test_relationships(model, column_name, to, field) }}
{% endtest %}
