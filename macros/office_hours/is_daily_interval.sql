{#
    Whether two minutes since midnight make hours of a day. The hours begin within the day and end later, at the latest with the next
    day.
#}
{% macro is_daily_interval(from_minute, to_minute) -%}
    coalesce({{ from_minute }} between 0 and 1439 and {{ to_minute }} > {{ from_minute }} and {{ to_minute }} <= 2880, false)
{%- endmacro %}
