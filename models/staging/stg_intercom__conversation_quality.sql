-- one row per workspace, conversation and kind of quality findings: the list that the search gave last
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'conversations'},
    unique_key=['workspace_id', 'conversation_id', 'kind'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversations'), {'workspace_id': '_workspace_id', 'conversation_id': 'id'}, month='conversation_created_at') }}",
) }}
{%- set since = last_load_taken_in() %}
{%- set kinds = {'monitors': 'monitor_evaluations', 'scorecards': 'scorecards'} %}

with

loaded as (
    {{ complete_rows('conversations') }}
),

-- Only a search gives findings. A retrieval without one leaves the column empty, which does not mean that there are none: an empty
-- list does.
given as (
    {%- for kind, column in kinds.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            _workspace_id,
            id,
            '{{ kind }}' as kind,
            {{ json_obj(column, '$') }} as findings,
            created_at,
            _fetched_at,
            _loaded_at,
        from loaded
        where {{ loaded_since('_loaded_at', since) }} and {{ column }} is not null
    {%- endfor %}
),

newest as (
    select *
    from given
    where findings is not null
    qualify row_number() over (partition by _workspace_id, id, kind order by _fetched_at desc, _loaded_at desc) = 1
),

{% if is_update() -%}
    -- A load that was late does not bring older findings back.
    news as (
        select newest.*
        from newest
        left join {{ this }} as built
            on
                newest._workspace_id = built.workspace_id
                and newest.id = built.conversation_id
                and newest.kind = built.kind
                and {{ is_in_months_loaded('built') }}
        where
            built.conversation_id is null
            or newest._fetched_at > built.fetched_at
            or (newest._fetched_at = built.fetched_at and newest._loaded_at > built.loaded_at)
    ),

{% endif -%}
final as (
    select
        _workspace_id as workspace_id,
        id as conversation_id,
        kind,
        findings,
        created_at as conversation_created_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ 'news' if is_update() else 'newest' }}
)

select * from final
