{#
    What an incremental model has to build anew: conversations whose version (`built_from`) is not the one that it was built
    from. Nothing is remembered but what stands in the model's own rows, so a build that failed half-way is made up for by the
    next. A conversation of which the model has no rows (without tags, say) is taken in again only while it may not have been
    looked at: when it was loaded after, or a little before, the newest that was. Everything, when the model is built in full.

    `versions` has workspace_id, conversation_id, conversation_created_at, loaded_at, built_from; `months` are those of
    `changed_months`; `own_month` is the model's own column of the conversation's creation, null when it has none.
#}
{% macro changed_conversations(versions, months=none, own_month='conversation_created_at') -%}
    {%- if not is_update() -%}
    select
        workspace_id,
        conversation_id,
        conversation_created_at,
        built_from,
    from {{ versions }}
    {%- else -%}
    select
        workspace_id,
        conversation_id,
        conversation_created_at,
        built_from,
    from (
        select
            current_versions.workspace_id,
            current_versions.conversation_id,
            current_versions.conversation_created_at,
            current_versions.loaded_at,
            current_versions.built_from,
            built_versions.built_from as built_from_before,
            max(
                case when built_versions.built_from = current_versions.built_from then current_versions.loaded_at end
            ) over () as built_until_at,
        from {{ versions }} as current_versions
        left join (
            select
                workspace_id,
                conversation_id,
                min(built_from) as built_from,
            from {{ this }}
            where {{ in_months(own_month, months) if own_month else 'true' }}
            group by workspace_id, conversation_id
        ) as built_versions
            on
                current_versions.workspace_id = built_versions.workspace_id
                and current_versions.conversation_id = built_versions.conversation_id
        where {{ in_months('current_versions.conversation_created_at', months) }}
    ) as compared
    where
        built_from_before <> built_from
        or (
            built_from_before is null
            and (built_until_at is null or {{ secs_between('loaded_at', 'built_until_at') }} <= {{ var('late_load_minutes') * 60 }})
        )
    {%- endif -%}
{%- endmacro %}
