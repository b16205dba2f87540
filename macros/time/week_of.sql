{# The Monday of a date's week. #}
{% macro week_of(day) %}{{ add_days(day, '-' ~ days_since_monday(day)) }}{% endmacro %}
