{#
    Aggregate: the same as `percentile`, for groups that may have millions of values. The rows come from `with_ranks`. `only_when` is a
    condition on the columns that they were ranked by; `of` is the rows' alias.
#}
{% macro ranked_percentile(value, percent, only_when='true', of=none) -%}
    {{ adapter.dispatch('ranked_percentile')(of ~ '.' ~ value if of else value, percent, only_when) }}
{%- endmacro %}

{% macro duckdb__ranked_percentile(value, percent, only_when) -%}
    {{ percentile('case when ' ~ only_when ~ ' then ' ~ value ~ ' end', percent) }}
{%- endmacro %}

{% macro bigquery__ranked_percentile(value, percent, only_when) -%}
    min(case when {{ only_when }} and {{ value }}_rank * 100 >= {{ value }}_count * {{ percent }} then {{ value }} end)
{%- endmacro %}
