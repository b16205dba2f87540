{#
    After a build of a staging model: deletes the rows that have no match in the raw table any more, because they were purged. It looks
    for them only when rows are missing that were there at the build before (`rows_missing`). A full build leaves nothing to delete.
    `keys`: the model's columns → the relation's.
    BigQuery bills a DELETE for every column of the partitions that it may touch. So the DELETE names its months (`month` is the
    model's partition), and is left out when nothing is gone.
#}
{% macro delete_vanished(relation, keys, month=none) -%}
{%- if is_update() and builds_before().get(model.unique_id, {}).get('rows_missing') != rows_missing() -%}
{%- set is_gone -%}
        not exists (
            select 1
            from {{ relation }} as kept
            where
                true
{%- for own, other in keys.items() %}
                and kept.{{ other }} = {{ this.identifier }}.{{ own }}
    {%- endfor %}
        )
    {%- endset -%}
    {%- set months = months_of('select * from ' ~ this ~ ' as ' ~ this.identifier ~ ' where ' ~ is_gone, month) if month else none -%}
    {%- if months is none or months | length > 0 -%}
    delete from {{ this }}
    where
        {{ in_months(month, months) }}
        and {{ is_gone }}
    {%- endif -%}
    {%- endif -%}
{%- endmacro %}
