{# The day on which the clocks of office hours begin. It is before Intercom (2011), so that no clock has to begin earlier. #}
{% macro office_clock_start() %}date '2010-01-01'{% endmacro %}
