-- one row per conversation (not deleted in Intercom) and attribute that has a value
{{ config(materialized='versioned_view', meta={'rows_of': 'int_conversation_attributes'}) }}

with

conversation_attributes as (
    select * from {{ ref('int_conversation_attributes') }}
),

final as (
    select
        conversation_id,
        attribute_name,
        attribute_id,
        workspace_id,
        data_type,
        value_text,
        value_number,
        value_boolean,
        value_at,
        value_list,
        is_archived,
        conversation_created_at,
    from conversation_attributes
)

select * from final
