{# So many days after a record was fetched office hours are still counted: clocks differ. What is dated later is no time. #}
{% macro office_clock_days_ahead() %}366{% endmacro %}
