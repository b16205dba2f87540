-- one row per conversation that Intercom still has and attribute that has a value, as Intercom gives it
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_lookups'},
    unique_key=['workspace_id', 'conversation_id', 'attribute_name'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

all_conversations as (
    select * from {{ new_rows_of(ref('int_conversations')) }}
    where {{ in_months('created_at', months) }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_lookups')) }}
),

conversations as (
    select
        all_conversations.workspace_id,
        all_conversations.conversation_id,
        all_conversations.created_at as conversation_created_at,
        all_conversations.custom_attributes,
        all_conversations.built_from,
    from all_conversations
    inner join changed
        on
            all_conversations.workspace_id = changed.workspace_id
            and all_conversations.conversation_id = changed.conversation_id
),

named as (
    select
        workspace_id,
        conversation_id,
        attribute_name,
        attribute_name_position,
        -- References to records come in a list of their own, with the records as its `instances`.
        coalesce({{ json_obj('attribute_value', '$.instances') }}, attribute_value) as attribute_value,
        conversation_created_at,
        built_from,
    from {{ unnest_json_object('conversations', 'custom_attributes', 'attribute_name', 'attribute_value') }}
),

-- JSON may name a field twice; the first is the one that its readers take.
first_named as (
    select * from named
    where true
    qualify row_number() over (
        partition by workspace_id, conversation_id, attribute_name order by attribute_name_position
    ) = 1
),

parsed as (
    select
        workspace_id,
        conversation_id,
        attribute_name,
        {{ json_kind('attribute_value') }} as value_kind,
        {{ json_text('attribute_value') }} as value_text,
        {{ json_texts('attribute_value') }} as value_list,
        {{ json_called('attribute_value') }} as value_name,
        conversation_created_at,
        built_from,
    from first_named
),

final as (
    select
        workspace_id,
        conversation_id,
        attribute_name,
        value_kind,
        value_text,
        value_list,
        value_name,
        conversation_created_at,
        built_from,
    from parsed
    -- An attribute that was emptied is there without a value, and would be counted as one that has one.
    where value_text <> '' and (value_kind <> 'array' or array_length(value_list) > 0)
)

select * from final
