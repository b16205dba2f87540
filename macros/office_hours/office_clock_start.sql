{# The day on which the clocks of office hours begin: before Intercom did (2011), so that none ever has to begin earlier. #}
{% macro office_clock_start() %}date '2010-01-01'{% endmacro %}
