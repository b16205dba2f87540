{#
    A condition: a date is in or after the first of the months that `months_of` found. A record's days are never before its creation, but where
    the time zone makes them a day earlier. Always true where a record has no known month.
#}
{% macro from_months(column, months) -%}
    {%- if not months or 'none' in months -%}
        true
    {%- else -%}
        {%- set first = modules.datetime.datetime.strptime((months | min) ~ '-01', '%Y-%m-%d') - modules.datetime.timedelta(days=1) -%}
        {{ column }} >= date '{{ first.strftime('%Y-%m-%d') }}'
    {%- endif -%}
{%- endmacro %}
