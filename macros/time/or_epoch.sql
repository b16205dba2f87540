{# A time to compare by: null counts as older than any time, because a comparison with null is neither true nor false. #}
{% macro or_epoch(instant) %}coalesce({{ instant }}, timestamp '1970-01-01 00:00:00'){% endmacro %}
