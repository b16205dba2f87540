-- one row per attribute of conversations, contacts, companies or types of tickets, also those archived or gone from Intercom
{{ config(cluster_by=['workspace_id', 'model']) }}

with

conversation_attributes as (
    select * from {{ ref('stg_intercom__conversation_attributes') }}
),

data_attributes as (
    select * from {{ ref('stg_intercom__data_attributes') }}
),

ticket_type_attributes as (
    select * from {{ ref('stg_intercom__ticket_type_attributes') }}
),

together as (
    select
        concat('conversation.', attribute_id) as attribute_definition_id,
        attribute_id,
        cast(null as string) as ticket_type_id,
        workspace_id,
        'conversation' as model,
        name as attribute_name,
        cast(null as string) as full_name,
        cast(null as string) as ticket_type_name,
        name as label,
        description,
        data_type,
        option_labels as options,
        -- Intercom lists only those that the workspace defined itself.
        true as is_custom,
        is_required,
        is_archived,
        is_deleted,
        created_at,
        updated_at,
    from conversation_attributes
    union all
    select
        data_attribute_id as attribute_definition_id,
        attribute_id,
        cast(null as string) as ticket_type_id,
        workspace_id,
        model,
        name as attribute_name,
        full_name,
        cast(null as string) as ticket_type_name,
        label,
        description,
        data_type,
        option_labels as options,
        is_custom,
        cast(null as boolean) as is_required,
        is_archived,
        is_deleted,
        created_at,
        updated_at,
    from data_attributes
    union all
    select
        concat('ticket.', ticket_type_attribute_id) as attribute_definition_id,
        attribute_id,
        ticket_type_id,
        workspace_id,
        'ticket' as model,
        name as attribute_name,
        cast(null as string) as full_name,
        ticket_type_name,
        -- Intercom's screens show other words for the title and the description than their names.
        case when is_custom then name end as label,
        description,
        data_type,
        option_labels as options,
        is_custom,
        is_required,
        is_archived,
        is_deleted,
        created_at,
        updated_at,
    from ticket_type_attributes
),

final as (
    select * from together
)

select * from final
