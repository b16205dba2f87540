{#
    A query: the rows of a relation that belong to the records of `looked_at`; all of them where all are looked at. `month` is the relation's own
    column of the record's creation, by which it is partitioned.
#}
{% macro rows_looked_at(relation, month) -%}
    {%- if not looks_at_few() -%}
        select * from {{ relation }}
    {%- else -%}
    {%- set id = model.config.meta.follows_loads_of.rstrip('s') ~ '_id' -%}
    select candidates.*
    from {{ relation }} as candidates
    inner join ({{ looked_at() }}) as looked_at
        on candidates.workspace_id = looked_at.workspace_id and candidates.{{ id }} = looked_at.{{ id }}
    where {{ in_months('candidates.' ~ month, months_looked_at()) }}
    {%- endif -%}
{%- endmacro %}
