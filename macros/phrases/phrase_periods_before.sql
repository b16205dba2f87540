{# How many periods (`vars: phrase_trend_days`) before the newest one it is compared with. #}
{% macro phrase_periods_before() %}8{% endmacro %}
