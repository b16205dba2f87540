{#
    Before `new_rows` take the place of the rows that `keys` (`changed_keys`) name: records which days both have (`meta: tells_days`), or which
    records have another version than before, and how many (`meta: is_followed`); or remembers whether settled rows change (`meta: settled_by`).
#}
{% macro compare_replaced(new_rows, keys) -%}
    {%- set meta = model.config.meta -%}
    {%- set kept -%}
        (
            select kept.*
            from {{ this }} as kept
            inner join ({{ keys.query }}) as changes
                on {{ same_columns(keys.columns, 'kept', 'changes') }}
            where {{ from_months('kept.day', changes_of_run().months) if meta.get('tells_days') else is_in_months_replaced('kept') }}
        )
    {%- endset -%}
    {%- if meta.get('tells_days') -%}
        {%- set days -%}
        (
            select
                workspace_id,
                day,
            from {{ kept }} as kept
            union all
            select
                workspace_id,
                day,
            from {{ new_rows }}
        ) as days
        {%- endset -%}
        {%- do run_query(record_days(days)) -%}
    {%- elif meta.get('is_followed') -%}
        {%- do remembered('changes recorded').update({model.unique_id: changes_recorded(new_rows, kept)}) -%}
    {%- else -%}
        {%- set count = answer_of(settled_differences(kept ~ ' as kept', new_rows), otherwise=1) | int -%}
        {%- do remembered('settled rows changed').update({model.unique_id: count > 0}) -%}
    {%- endif -%}
{%- endmacro %}
