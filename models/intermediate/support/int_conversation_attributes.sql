-- one row per conversation that Intercom still has and attribute that has a value, read by the attribute's definition
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_lookups', 'rebuilt_with': ['stg_intercom__conversation_attributes']},
    unique_key=['workspace_id', 'conversation_id', 'attribute_name'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_lookups')) }}
),

attribute_values as (
    {{ changed_rows(ref('int_conversation_attribute_values'), months) }}
),

-- A name belongs to one definition at a time. An archived one may have had the name before.
definitions as (
    select *
    from {{ ref('stg_intercom__conversation_attributes') }}
    where name is not null
    qualify row_number() over (
        partition by workspace_id, name
        order by is_deleted, is_archived, coalesce({{ epoch_seconds('updated_at') }}, 0) desc, attribute_id desc
    ) = 1
),

joined as (
    select
        attribute_values.workspace_id,
        attribute_values.conversation_id,
        attribute_values.attribute_name,
        definitions.attribute_id,
        coalesce(
            definitions.data_type,
            case attribute_values.value_kind when 'array' then 'list' else attribute_values.value_kind end
        ) as data_type,
        -- Types that nobody knows yet are read by the value alone.
        case
            when definitions.data_type in ('list', 'relationship', 'files') then 'list'
            when definitions.data_type in ('integer', 'decimal', 'float') then 'number'
            when definitions.data_type in ('datetime', 'date') then 'time'
            when definitions.data_type in ('string', 'boolean') then definitions.data_type
            when attribute_values.value_kind in ('array', 'object') then 'list'
            else attribute_values.value_kind
        end as read_as,
        attribute_values.value_text,
        -- A list with one choice comes as the choice alone.
        case attribute_values.value_kind
            when 'array' then attribute_values.value_list
            else [attribute_values.value_name]
        end as value_list,
        coalesce(definitions.option_ids, {{ empty_text_array() }}) as option_ids,
        coalesce(definitions.option_labels, {{ empty_text_array() }}) as option_labels,
        definitions.is_archived,
        attribute_values.conversation_created_at,
    from attribute_values
    left join definitions
        on
            attribute_values.workspace_id = definitions.workspace_id
            and attribute_values.attribute_name = definitions.name
),

labelled as (
    select
        workspace_id,
        conversation_id,
        attribute_name,
        attribute_id,
        data_type,
        read_as,
        value_text,
        case
            when read_as = 'list' then {{ labels_of('value_list', 'option_ids', 'option_labels') }}
            else {{ empty_text_array() }}
        end as value_list,
        is_archived,
        conversation_created_at,
    from joined
),

final as (
    select
        workspace_id,
        conversation_id,
        attribute_name,
        attribute_id,
        data_type,
        case when read_as = 'list' then array_to_string(value_list, ', ') else value_text end as value_text,
        case when read_as = 'number' then {{ number_from_text('value_text') }} end as value_number,
        case when read_as = 'boolean' then {{ boolean_from_text('value_text') }} end as value_boolean,
        case when read_as = 'time' then {{ time_from_text('value_text') }} end as value_at,
        value_list,
        is_archived,
        conversation_created_at,
    from labelled
)

select * from final
