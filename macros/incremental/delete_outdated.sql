{#
    After a build: deletes rows of conversations that are gone, and rows that an older version of their conversation left behind (a tag
    that was taken off, say). `versions` is the relation with the current `built_from`. `record`: the same for tickets.
#}
{% macro delete_outdated(versions, month='conversation_created_at', record='conversation') -%}
    {%- set id = record ~ '_id' -%}
    {{ delete_vanished(versions, {'workspace_id': 'workspace_id', id: id, 'built_from': 'built_from'}, month) }}
{%- endmacro %}
