{#
    For so many days after a record was fetched, office hours are still counted, because clocks differ. A later date is taken for wrong.
#}
{% macro office_clock_days_ahead() %}366{% endmacro %}
