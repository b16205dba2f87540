{# The last second of the year 9999, beyond which a warehouse has no timestamps. #}
{% macro epoch_seconds_max() %}253402300799{% endmacro %}
