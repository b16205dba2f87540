{#
    The head of an incremental staging model: of each id the newest of the rows that came with loads which the model has not
    taken in yet, unless the model has one as new; of all rows, when it is built in full. A load is stored whole or not at all: where
    one of its rows is in the model, all have been looked at. Payloads are read only of the rows that are needed, found by the time of
    their load. `order`: raw columns, the weightiest first; the model has them without the underscore, and `id_column`, `load_id`.
#}
{% macro newer_rows(table, id_column, order) -%}
    {%- set since = last_load_taken_in() -%}
    {%- set is_seen -%}_load_id in (select load_id from {{ this }} where {{ loaded_since('loaded_at', since) }}){%- endset -%}
    select complete.*
    from {{ source('intercom_raw', table) }} as complete
    inner join (
        select newest.*
        from (
            select
                _workspace_id,
                id,
                _load_id,
                {{ order | join(',\n                ') }},
            from ({{ complete_rows(table) }}) as loaded
            where {{ loaded_since('_loaded_at', since) }} and {{ 'not ' ~ is_seen if is_update() else 'true' }}
            qualify row_number() over (partition by _workspace_id, id order by {{ order | join(' desc, ') }} desc) = 1
        ) as newest
        where {{ 'not ' ~ is_built('newest', id_column, order) if is_update() else 'true' }}
    ) as wanted
        on
            complete._loaded_at = wanted._loaded_at
            and complete._load_id = wanted._load_id
            and complete._workspace_id = wanted._workspace_id
            and complete.id = wanted.id
    where {{ loaded_since('complete._loaded_at', since) }}
    {# A load may have brought a record twice. #}
    qualify
        row_number() over (
            partition by complete._workspace_id, complete.id
            order by {% for column in order %}complete.{{ column }} desc{{ ', ' if not loop.last }}{% endfor %}
        ) = 1
{%- endmacro %}
