{#
    A query: the current version of each id of a raw table, which comes first in the given order. In a snapshot table (the default
    order) a record that is gone ends in a tombstone.
#}
{% macro current_rows(table, newest_first='_fetched_at desc, _loaded_at desc') -%}
    {{ complete_rows(table) }}
    qualify row_number() over (partition by _workspace_id, id order by {{ newest_first }}) = 1
{%- endmacro %}
