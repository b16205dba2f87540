{# The time at a path, in seconds or milliseconds since 1970, as a UTC timestamp; null when it is absent or no time. #}
{% macro json_time(column, path) %}{{ ts_from_unix(json_number(column, path)) }}{% endmacro %}
