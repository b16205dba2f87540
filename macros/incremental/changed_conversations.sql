{#
    A query: the conversations whose rows an incremental model has to build again, or all of them in a full build. Their version
    (`built_from`) is not the version that the model's rows were built from.
    The model's own rows are the only memory, so the next build makes up for a build that failed half-way. A conversation without rows
    in the model (without tags, say) may have been built already. It is taken again only when it was loaded after the newest built
    conversation, or at most `vars: late_load_minutes` before it.

    `versions` has workspace_id, conversation_id, conversation_created_at, loaded_at, built_from. `months` come from `changed_months`.
    `own_month` is the model's own column of the conversation's creation; none when it has no such column.
    `record`: the same for tickets, in columns ticket_id and ticket_created_at.
    `has_rows`: a condition on `current_versions` for conversations that always have rows. Such a conversation without rows is taken, however
    long ago it was loaded: something else than a load made it one that counts.
#}
{% macro changed_conversations(versions, months=none, own_month='conversation_created_at', record='conversation', has_rows='false') -%}
    {%- if not is_update() -%}
    select
        workspace_id,
        {{ record }}_id,
        {{ record }}_created_at,
        built_from,
    from {{ versions }}
    {%- else -%}
    select
        workspace_id,
        {{ record }}_id,
        {{ record }}_created_at,
        built_from,
    from (
        select
            current_versions.workspace_id,
            current_versions.{{ record }}_id,
            current_versions.{{ record }}_created_at,
            current_versions.loaded_at,
            current_versions.built_from,
            {{ has_rows }} as has_rows,
            built_versions.built_from as built_from_before,
            max(
                case when built_versions.built_from = current_versions.built_from then current_versions.loaded_at end
            ) over () as built_until_at,
        from {{ versions }} as current_versions
        left join (
            select
                workspace_id,
                {{ record }}_id,
                min(built_from) as built_from,
            from {{ this }}
            where {{ in_months(own_month, months) if own_month else 'true' }}
            group by workspace_id, {{ record }}_id
        ) as built_versions
            on
                current_versions.workspace_id = built_versions.workspace_id
                and current_versions.{{ record }}_id = built_versions.{{ record }}_id
        where {{ in_months('current_versions.' ~ record ~ '_created_at', months) }}
    ) as compared
    where
        built_from_before <> built_from
        or (
            built_from_before is null
            and (has_rows or built_until_at is null or {{ secs_between('loaded_at', 'built_until_at') }} <= {{ var('late_load_minutes') * 60 }})
        )
    {%- endif -%}
{%- endmacro %}
