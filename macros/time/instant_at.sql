{# The time so many seconds after 1970, as a constant, because BigQuery prunes partitions only for constants. #}
{% macro instant_at(seconds) %}{{ adapter.dispatch('instant_at')(seconds) }}{% endmacro %}

{% macro duckdb__instant_at(seconds) %}make_timestamp(cast({{ seconds }} as bigint) * 1000000){% endmacro %}

{% macro bigquery__instant_at(seconds) %}timestamp_seconds({{ seconds }}){% endmacro %}
