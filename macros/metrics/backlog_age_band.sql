{#
    The band of age (`backlog_age_bands`) that a conversation is in at the end of a day; null before the day of the customer's first
    message (`first_message_on`), and without one.
#}
{% macro backlog_age_band(first_message_on, day) -%}
    case
        when {{ first_message_on }} is null or {{ first_message_on }} > {{ day }} then null
    {%- for band in backlog_age_bands() %}
        {% if band.until_days %}when {{ days_between(first_message_on, day) }} < {{ band.until_days }} then{% else %}else{% endif %}
            '{{ band.name }}'
    {%- endfor %}
    end
{%- endmacro %}
