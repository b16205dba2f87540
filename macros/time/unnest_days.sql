{# A join: one row per day from the first to the last, both included, the date in a column of the given name. #}
{% macro unnest_days(first_on, last_on, day) %}{{ adapter.dispatch('unnest_days')(first_on, last_on, day) }}{% endmacro %}

{% macro duckdb__unnest_days(first_on, last_on, day) -%}
    cross join lateral unnest(
        cast(generate_series(cast({{ first_on }} as timestamp), cast({{ last_on }} as timestamp), interval 1 day) as date[])
    ) as {{ day }}_list({{ day }})
{%- endmacro %}

{% macro bigquery__unnest_days(first_on, last_on, day) -%}
    cross join unnest(generate_date_array({{ first_on }}, {{ last_on }})) as {{ day }}
{%- endmacro %}
