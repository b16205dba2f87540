{#
    A query: the rows of a relation that belong to the conversations (or tickets) which an incremental model builds again. The caller's
    CTE `changed` comes from `changed_conversations`, and `months` from `changed_months`.
    `month` is the relation's own column of the conversation's creation. `record`: the same for tickets.
#}
{% macro changed_rows(relation, months, month='conversation_created_at', record='conversation') -%}
    {%- set new_rows = new_rows_of(relation) -%}
    {%- if new_rows | string != relation | string -%}
    select * from {{ new_rows }}
    {%- else -%}
    select candidates.*
    from {{ relation }} as candidates
    inner join changed
        on candidates.workspace_id = changed.workspace_id and candidates.{{ record }}_id = changed.{{ record }}_id
    where {{ in_months('candidates.' ~ month, months) }}
    {%- endif -%}
{%- endmacro %}
