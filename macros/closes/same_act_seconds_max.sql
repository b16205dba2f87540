{# What Intercom tells of one act (a part, a state, a time in its statistics) is at most so many seconds apart. #}
{% macro same_act_seconds_max() %}10{% endmacro %}
