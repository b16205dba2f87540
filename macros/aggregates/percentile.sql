{#
    Aggregate: the smallest value that at least so many percent of the values do not exceed (nearest rank); null when there are none.
    It is always a value that occurred, and the same on both engines; an interpolated value would be neither. `percent` is a whole
    number.
#}
{% macro percentile(value, percent) %}{{ adapter.dispatch('percentile')(value, percent) }}{% endmacro %}

{% macro duckdb__percentile(value, percent) -%}
    list_sort(list({{ value }}) filter (where {{ value }} is not null))[
        (count({{ value }}) * {{ percent }} + 99) // 100
    ]
{%- endmacro %}

{% macro bigquery__percentile(value, percent) -%}
    array_agg({{ value }} ignore nulls order by {{ value }})[safe_ordinal(div(count({{ value }}) * {{ percent }} + 99, 100))]
{%- endmacro %}
