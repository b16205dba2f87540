{# A text of a time without digits of its seconds that the engines have no place for. #}
{% macro at_most_microseconds(text) %}{{ replace_pattern(text, '([.][0-9]{6})[0-9]+', '\\1') }}{% endmacro %}
