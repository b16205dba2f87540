{# Maximum seconds between Intercom's records of one act: a part, a state, a time in the statistics. #}
{% macro same_act_seconds_max() %}10{% endmacro %}
