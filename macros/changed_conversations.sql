{#
    What an incremental model has to build anew: conversations whose version is not the one that it was built from. Nothing is
    remembered but what stands in the model's own rows, so a build that failed half-way, or a load that came in late, is made up
    for by the next build. `source` has the columns workspace_id, conversation_id and the version, under the name by which the
    model keeps it. Everything, when the model is built in full. `id` is for what is no conversation.
#}
{% macro changed_conversations(source, version, id='conversation_id') -%}
    select
        current_versions.workspace_id,
        current_versions.{{ id }},
        current_versions.{{ version }},
    from {{ source }} as current_versions
    {%- if is_incremental() %}
    left join (
        select
            workspace_id,
            {{ id }},
            any_value({{ version }}) as {{ version }},
        from {{ this }}
        group by workspace_id, {{ id }}
    ) as built_versions
        on
            current_versions.workspace_id = built_versions.workspace_id
            and current_versions.{{ id }} = built_versions.{{ id }}
    where built_versions.{{ version }} is null or built_versions.{{ version }} <> current_versions.{{ version }}
    {%- endif %}
{%- endmacro %}
