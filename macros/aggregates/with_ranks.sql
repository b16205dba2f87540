{#
    A query: the rows of a relation, ready for `ranked_percentile`. `values` are columns of whole numbers; `groups` are the columns that the
    percentiles are grouped by, and those that say which rows count for them.
    On BigQuery an array of a group with millions of values would be too large. There each row gets, for each value, how many of the group's
    values do not exceed it (`<value>_rank`), and how many there are (`<value>_count`).
#}
{% macro with_ranks(relation, groups, values) %}{{ return(adapter.dispatch('with_ranks')(relation, groups, values)) }}{% endmacro %}

{% macro duckdb__with_ranks(relation, groups, values) -%}
    select * from {{ relation }}
{%- endmacro %}

{% macro bigquery__with_ranks(relation, groups, values) -%}
    select
        *,
    {%- for value in values %}
        count({{ value }}) over (partition by {{ groups | join(', ') }} order by {{ value }}) as {{ value }}_rank,
        count({{ value }}) over (partition by {{ groups | join(', ') }}) as {{ value }}_count,
    {%- endfor %}
    from {{ relation }}
{%- endmacro %}
