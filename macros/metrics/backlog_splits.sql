{#
    The columns that split the backlog of `support_daily`: name, and the condition on rows of `int_conversation_backlog_days`. The classes add
    up to the backlog. The bands of age add up to the backlog without `backlog_outbound_unanswered`.
#}
{% macro backlog_splits() -%}
    {%- set splits = [] -%}
    {%- for class in ['waiting_for_us', 'waiting_for_customer', 'snoozed', 'outbound_unanswered'] -%}
        {%- do splits.append({'column': 'backlog_' ~ class, 'condition': "backlog_class = '" ~ class ~ "'"}) -%}
    {%- endfor -%}
    {%- for band in backlog_age_bands() -%}
        {%- do splits.append({'column': 'backlog_age_' ~ band.name, 'condition': "age_band = '" ~ band.name ~ "'"}) -%}
    {%- endfor -%}
    {{ return(splits) }}
{%- endmacro %}
