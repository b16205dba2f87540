{#
    How far the raw tables are: a map of table → version (a text), rows_missing and newest_load (numbers). The version changes when rows come, go, or
    become part of a complete load. `newest_load` is the time of the newest complete load, in seconds since 1970. `rows_missing` are rows that complete loads brought and that are not there any more: it changes when
    rows are purged.
    Two queries a run: BigQuery bills nothing for counts of rows alone. There the complete loads of the last hours are kept as well, from `since`
    on (`complete_loads`).
#}
{% macro raw_versions() -%}
    {%- if 'raw_versions' not in graph -%}
        {%- set versions = {} -%}
        {%- if flags.INTROSPECT -%}
            {%- set counts = [] -%}
            {%- for raw in our_sources() -%}
                {%- if adapter.get_relation(raw.database, raw.schema, raw.identifier) is not none -%}
                    {%- do counts.append(
                        "select '" ~ raw.name ~ "' as name, count(*) as rows_count from "
                        ~ api.Relation.create(database=raw.database, schema=raw.schema, identifier=raw.identifier)
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
            {#- As far as this build looks back (`last_load_taken_in`), and some hours more. -#}
            {%- set loaded_to = builds_before().values() | selectattr('loaded_to') | map(attribute='loaded_to') | map('int') | list -%}
            {%- set since = (loaded_to or [run_started_at.timestamp() | int]) | max - var('late_load_minutes') * 60 - 4 * 3600 -%}
            {%- set recent = [] -%}
            {%- set loaded -%}
                select
                    stream,
                    {{ count_if('coalesce(row_count, 1) > 0 or rejected_count > 0') }} as loads_count,
                    count(*) as loads_complete,
                    sum(row_count) as rows_loaded,
                    {{ epoch_seconds('max(_loaded_at)') }} as newest_load,
                    {%- if target.type == 'bigquery' %}
                    string_agg(case when _loaded_at >= {{ instant_at(since) }} then _load_id end, ' ') as recent_loads,
                    {%- endif %}
                from {{ source('intercom_raw', '_loads') }}
                where status = 'complete'
                group by stream
            {%- endset -%}
            {%- set loads = {} -%}
            {%- set all = {'loads': 0} -%}
            {%- for row in (run_query(loaded).rows if counts else []) -%}
                {%- do loads.update({row['stream']: row.dict()}) -%}
                {%- do recent.extend((row.get('recent_loads') or '').split()) -%}
                {%- do all.update({'loads': all.loads + (row['loads_complete'] | int)}) -%}
            {%- endfor -%}
            {%- do graph.update({'recent_loads': {'since': since, 'loads': recent | unique | list}}) -%}
            {%- for row in (run_query(counts | join(' union all ')).rows if counts else []) -%}
                {%- set load = loads.get(row['name'], {'loads_count': 0, 'rows_loaded': 0, 'newest_load': 0}) -%}
                {%- do versions.update({row['name']: {
                    'version':
                        row['rows_count'] ~ '/' ~ (all.loads if row['name'].startswith('_') else load.loads_count ~ '/' ~ load.rows_loaded),
                    'newest_load': load.newest_load,
                    'rows_missing': 0 if row['name'].startswith('_') else (load.rows_loaded or 0) | int - row['rows_count'] | int,
                }}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do graph.update({'raw_versions': versions}) -%}
    {%- endif -%}
    {{ return(graph['raw_versions']) }}
{%- endmacro %}
