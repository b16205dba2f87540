{# A time to compare by, where none is older than any: comparing with null is neither true nor false. #}
{% macro or_epoch(instant) %}coalesce({{ instant }}, timestamp '1970-01-01 00:00:00'){% endmacro %}
