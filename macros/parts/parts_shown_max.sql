{# Intercom shows at most this many parts of a thread, the most recent ones. #}
{% macro parts_shown_max() %}500{% endmacro %}
