{#
    Deletes what no later run asks for: records that a newer one replaced, and changes older than `change_days_kept`. Once in some 50
    runs, because BigQuery bills at least 10 MB for each.
#}
{% macro forget_old_records() -%}
    {%- set builds = build_record('builds') -%}
    {%- if run_number() % 50 == 0 or target.type == 'duckdb' -%}
        {%- do run_query(
            'delete from ' ~ builds ~ ' where exists (select 1 from ' ~ builds ~ ' as newer where newer.node = builds.node'
            ~ ' and newer.recorded_in > builds.recorded_in)'
        ) -%}
        {%- for record in ['changes', 'changed_days'] -%}
            {%- do run_query(
                'delete from ' ~ build_record(record) ~ ' where changed_in < ' ~ (run_number() - change_days_kept() * 86400000)
            ) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
