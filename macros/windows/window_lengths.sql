{# The lengths of the windows that the report page shows, in whole weeks: about a month, a quarter and a year. #}
{% macro window_lengths() %}{{ return([4, 13, 52]) }}{% endmacro %}
