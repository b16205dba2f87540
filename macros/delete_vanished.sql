{#
    After a build: deletes the rows of which the relation has none any more (conversations deleted in Intercom, or
    purged from the raw tables). What is built anew replaces its rows; what is gone has nothing to replace them.
    `keys`: the model's columns → the relation's. With a version among them, rows of an older one go too.
#}
{% macro delete_vanished(relation, keys) -%}
    delete from {{ this }}
    where not exists (
        select 1
        from {{ relation }} as kept
        where
            true
    {%- for own, other in keys.items() %}
                and kept.{{ other }} = {{ this.identifier }}.{{ own }}
    {%- endfor %}
    )
{%- endmacro %}
