{#
    Whether two minutes since Monday 00:00 make hours of a week. The hours begin within the week and last at most a week. Hours that end
    before they begin go on into the next week.
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
