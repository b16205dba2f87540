{#
    How far the raw tables are: a map of table → version (a text) and rows_missing (a number). The version changes when rows come, go, or
    become part of a complete load. `rows_missing` are rows that complete loads brought and that are not there any more: it changes when
    rows are purged.
    One query a run. It counts rows, and reads no column of the large tables.
#}
{% macro raw_versions() -%}
    {%- if 'raw_versions' not in graph -%}
        {%- set versions = {} -%}
        {%- if flags.INTROSPECT -%}
            {%- set counts = [] -%}
            {%- for raw in graph.sources.values() if raw.source_name == 'intercom_raw' -%}
                {%- if adapter.get_relation(raw.database, raw.schema, raw.identifier) is not none -%}
                    {%- do counts.append(
                        "select '" ~ raw.name ~ "' as name, count(*) as rows_count from "
                        ~ api.Relation.create(database=raw.database, schema=raw.schema, identifier=raw.identifier)
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- set counted -%}
                select
                    counts.name,
                    counts.rows_count,
                    coalesce(loads.loads_count, 0) as loads_count,
                    coalesce(loads.rows_loaded, 0) as rows_loaded,
                from ({{ counts | join(' union all ') }}) as counts
                left join (
                    select
                        stream,
                        count(*) as loads_count,
                        sum(row_count) as rows_loaded,
                    from {{ source('intercom_raw', '_loads') }}
                    where status = 'complete' and row_count > 0
                    group by stream
                    union all
                    select
                        '_rejected' as stream,
                        count(*) as loads_count,
                        0 as rows_loaded,
                    from {{ source('intercom_raw', '_loads') }}
                    where status = 'complete'
                ) as loads
                    on counts.name = loads.stream
            {%- endset -%}
            {%- for row in (run_query(counted).rows if counts else []) -%}
                {%- do versions.update({row['name']: {
                    'version': row['rows_count'] ~ '/' ~ row['loads_count'] ~ '/' ~ row['rows_loaded'],
                    'rows_missing': row['rows_loaded'] | int - row['rows_count'] | int,
                }}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do graph.update({'raw_versions': versions}) -%}
    {%- endif -%}
    {{ return(graph['raw_versions']) }}
{%- endmacro %}
