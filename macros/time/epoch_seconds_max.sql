{# The last second of the year 9999; warehouses have no later timestamps. #}
{% macro epoch_seconds_max() %}253402300799{% endmacro %}
