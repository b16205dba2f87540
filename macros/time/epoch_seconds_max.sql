{# The year 9999 ends here, and with it what a warehouse takes for a timestamp. #}
{% macro epoch_seconds_max() %}253402300799{% endmacro %}
