{#
    The ids of complete loads, to stand in brackets: a query, or constants where few loads are wanted. `since`: those of rows that were loaded
    then or later (`last_load_taken_in`). On BigQuery constants save the least amount that it bills for a table that a
    statement names. A load that becomes complete while dbt runs belongs to the next build, as its version says (`raw_versions`).
#}
{% macro complete_loads(since=none) %}{{ return(adapter.dispatch('complete_loads')(since)) }}{% endmacro %}

{% macro duckdb__complete_loads(since) -%}
    {{ return('select _load_id from ' ~ source('intercom_raw', '_loads') ~ " where status = 'complete'") }}
{%- endmacro %}

{% macro bigquery__complete_loads(since) -%}
    {%- if since is not none -%}
        {%- do raw_versions() -%}
        {%- set recent = graph.get('recent_loads') -%}
        {%- if recent and recent.since <= since and recent.loads | length in range(1, 1000) -%}
            {{ return("'" ~ recent.loads | join("', '") ~ "'") }}
        {%- endif -%}
    {%- endif -%}
    {{ return(duckdb__complete_loads(since)) }}
{%- endmacro %}
