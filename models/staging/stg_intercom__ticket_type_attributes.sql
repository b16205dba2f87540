-- one row per workspace, ticket type and attribute of the type ever defined; one gone from Intercom keeps its last definition
{%- set payload = json_document('payload') %}
with

loaded as (
    {{ complete_rows('ticket_types') }}
),

ticket_types as (
    select * from {{ ref('stg_intercom__ticket_types') }}
),

-- Intercom's examples have the list under `data`, and its schema under `ticket_type_attributes`.
versions as (
    select
        _workspace_id,
        id,
        coalesce(
            {{ json_obj(payload, '$.ticket_type_attributes.data') }},
            {{ json_obj(payload, '$.ticket_type_attributes.ticket_type_attributes') }}
        ) as attributes,
        _fetched_at,
        _loaded_at,
    from {{ parsed_once('loaded', payload) }}
),

-- A version without a list, such as a tombstone, says nothing of the attributes. An empty list says that they are gone.
lists as (
    select
        *,
        row_number() over (partition by _workspace_id, id order by _fetched_at desc, _loaded_at desc) = 1 as is_newest,
    from versions
    where {{ json_kind('attributes') }} = 'array'
),

parsed as (
    select
        lists._workspace_id as workspace_id,
        lists.id as ticket_type_id,
        {{ json_id('attribute', '$.id') }} as attribute_id,

        nullif({{ json_str('attribute', '$.name') }}, '') as name,
        nullif({{ json_str('attribute', '$.description') }}, '') as description,
        {{ json_str('attribute', '$.data_type') }} as data_type,
        {{ json_obj('attribute', '$.input_options.list_options') }} as options,
        {{ json_int('attribute', '$.order') }} as place_in_list,

        lists.is_newest,
        {{ json_bool('attribute', '$.default') }} as is_default,
        {{ json_bool('attribute', '$.required_to_create') }} as is_required,
        coalesce({{ json_bool('attribute', '$.archived') }}, false) as is_archived,

        {{ json_time('attribute', '$.created_at') }} as created_at,
        {{ json_time('attribute', '$.updated_at') }} as updated_at,
        lists._fetched_at as fetched_at,
        lists._loaded_at as loaded_at,
    from {{ unnest_json('lists', 'attributes', 'attribute') }}
),

with_keys as (
    select
        *,
        concat(ticket_type_id, '.', coalesce(attribute_id, concat('name ', name))) as ticket_type_attribute_id,
    from parsed
    where attribute_id is not null or name is not null
),

last_known as (
    select * from with_keys
    where true
    qualify
        row_number() over (
            partition by workspace_id, ticket_type_attribute_id
            order by fetched_at desc, loaded_at desc, coalesce(place_in_list, 0), coalesce(name, '')
        ) = 1
),

final as (
    select
        last_known.workspace_id,
        last_known.ticket_type_attribute_id,
        last_known.ticket_type_id,
        last_known.attribute_id,

        ticket_types.name as ticket_type_name,
        last_known.name,
        last_known.description,
        last_known.data_type,
        {{ json_texts('last_known.options') }} as option_labels,
        {{ json_fields_of('last_known.options', '$', 'id') }} as option_ids,
        {{ json_fields_of('last_known.options', '$', 'label') }} as labels_of_option_ids,

        -- Every type begins with a title and a description, also where Intercom does not call them default.
        not coalesce(last_known.is_default, false)
        and coalesce(last_known.name, '') not in ('_default_title_', '_default_description_') as is_custom,
        last_known.is_required,
        last_known.is_archived,
        not last_known.is_newest or coalesce(ticket_types.is_deleted, false) as is_deleted,

        last_known.created_at,
        last_known.updated_at,
        last_known.fetched_at,
        last_known.loaded_at,
    from last_known
    left join ticket_types
        on
            last_known.workspace_id = ticket_types.workspace_id
            and last_known.ticket_type_id = ticket_types.ticket_type_id
)

select * from final
