{# A join: one row per first of a month from one date to another, both included; the first date must be a first of a month. #}
{% macro unnest_months(first_on, last_on, month) %}{{ adapter.dispatch('unnest_months')(first_on, last_on, month) }}{% endmacro %}

{% macro duckdb__unnest_months(first_on, last_on, month) -%}
    cross join lateral unnest(
        cast(generate_series(cast({{ first_on }} as timestamp), cast({{ last_on }} as timestamp), interval 1 month) as date[])
    ) as {{ month }}_list({{ month }})
{%- endmacro %}

{% macro bigquery__unnest_months(first_on, last_on, month) -%}
    cross join unnest(generate_date_array({{ first_on }}, {{ last_on }}, interval 1 month)) as {{ month }}
{%- endmacro %}
