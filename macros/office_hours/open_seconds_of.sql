{# The open seconds of a `clock_place`; null outside the clock. #}
{% macro open_seconds_of(place) %}nullif(nullif({{ place }}, -1), 9223372036854775807){% endmacro %}
