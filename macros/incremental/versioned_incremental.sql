{#
    A materialization: dbt's incremental table, which also knows when all its rows are outdated, and when none are. The table is built in
    full by itself, and says so, in three cases. Its logic version has changed, its columns have changed, or nothing says what its rows were
    built with. It is left as it is when nothing that it is made of has changed. Else an update replaces rows. `meta` says which of four kinds it is:
    - `follows: <model>`: rows of the conversations (or tickets) that changed in that model are deleted and made again. With
      `tells_days: true`, the days of the rows that go and come (column `day`) are recorded for the next kind.
    - `follows_days_of: <models>` and `period` (day, week or month): rows of the periods in which a day changed are made again.
    - `is_followed: conversation` (or ticket): rows whose `built_from` changed are replaced, and the change is recorded for the followers.
    - neither, a staging model: new rows replace those of the same `unique_key`.
    Models that use it call `is_update()`, which answers by the same rule.
#}
{% materialization versioned_incremental, adapter='duckdb' -%}
    {{ return(build_versioned_incremental()) }}
{%- endmaterialization %}

{% materialization versioned_incremental, adapter='bigquery' -%}
    {{ return(build_versioned_incremental()) }}
{%- endmaterialization %}
