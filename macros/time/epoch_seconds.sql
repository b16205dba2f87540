{# A time as whole seconds since 1970: a number that both engines write alike. #}
{% macro epoch_seconds(instant) %}{{ secs_between("timestamp '1970-01-01 00:00:00'", instant) }}{% endmacro %}
