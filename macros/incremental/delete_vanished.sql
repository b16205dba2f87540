{#
    After a build: deletes the rows of which the relation has none any more (conversations deleted in Intercom, or
    purged from the raw tables). What is built anew replaces its rows; what is gone has nothing to replace them. After a build in
    full there is nothing to look for.
    `keys`: the model's columns → the relation's. With a version among them, rows of an older one go too.
    A DELETE on BigQuery is billed every column of what it may touch: there it names the months (`month` is the model's
    partition), and is left out when nothing is gone.
#}
{% macro delete_vanished(relation, keys, month=none) -%}
{%- if is_update() -%}
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
