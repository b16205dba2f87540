{#
    Whether two minutes since Monday 00:00 make hours of a week: they begin in the week and take some time, at most a week. What ends
    before it begins goes on into the next week.
#}
{% macro is_weekly_interval(from_minute, to_minute) -%}
    coalesce(
        {{ from_minute }} between 0 and 10079
        and {{ to_minute }} >= 0
        and {{ to_minute }} <= {{ from_minute }} + 10080
        and {{ to_minute }} <> {{ from_minute }},
        false
    )
{%- endmacro %}
