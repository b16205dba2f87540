{# The Monday of a date's week. #}
{% macro week_of(day) %}{{ add_days(day, '(0 - ' ~ days_since_monday(day) ~ ')') }}{% endmacro %}
