{#
    A query: of each id among raw rows (`loaded`, a query), the keys of the newest row, and how many `copies` of it the same load brought.
    `order`: raw columns, the most important first.
#}
{% macro newest_keys(loaded, order) -%}
    select
        _workspace_id,
        id,
        _load_id,
        count(*) over (partition by _workspace_id, id, _load_id) as copies,
        {{ order | join(',\n        ') }},
    from ({{ loaded }}) as loaded
    where true
    qualify row_number() over (partition by _workspace_id, id order by {{ order | join(' desc, ') }} desc) = 1
{%- endmacro %}
